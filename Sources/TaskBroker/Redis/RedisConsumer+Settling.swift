import CeleryProtocol
import RedisClient
import Synchronization

extension RedisConsumer {
    /// The most settlements of one script: every loop of a script is bounded.
    private static let maximumSettlements = 100
    /// The most messages that one script takes.
    private static let maximumClaims = 1000
    /// The size of the results and messages of one script from which on the rest goes into another.
    private static let maximumBytes = 4 << 20

    func settle(_ settlements: [Settlement], claiming count: Int) async throws(TaskBrokerError) -> ClaimReply {
        var items = try await self.items(for: settlements)[...]
        var wanted = max(0, count)
        var reply = ClaimReply(now: Timestamp(milliseconds: 0))
        repeat {
            let batch = Self.prefix(of: items)
            items = items[batch.endIndex...]
            // What is settled first may bring messages back; all of it has happened before anything is taken.
            let claiming = items.isEmpty ? min(wanted, Self.maximumClaims) : 0
            let part = try await self.call(Array(batch), claiming: claiming)
            reply.now = part.now
            reply.isAccepted += part.isAccepted
            reply.messages += part.messages
            wanted = part.messages.count < claiming ? 0 : wanted - part.messages.count
        } while !items.isEmpty || wanted > 0
        return reply
    }

    private func call(
        _ items: [SettleScript.Item],
        claiming count: Int
    ) async throws(TaskBrokerError) -> ClaimReply {
        let (order, firstCounter) = self.state.withLock { state in
            (count > 0 ? state.nextOrder(stepCount: Priority.steps.count) : [], state.reserveCounters(count))
        }
        let database = try await self.resultDatabase()
        let request = SettleScript.Request(
            items: items,
            claim: SettleScript.ClaimRequest(
                count: count,
                domains: order.map { self.domains[$0] },
                lease: self.lease,
                prefix: self.nonce + ":",
                firstCounter: firstCounter
            ),
            resultDatabase: database
        )
        let encoded = SettleScript.encode(request)
        let value = try await self.ask { () throws(RedisError) in
            try await self.commands.evaluate(SettleScript.script, keys: encoded.keys, arguments: encoded.arguments)
        }
        guard let reply = SettleScript.decode(value, for: request, order: encoded.order) else {
            throw .unexpectedReply(of: SettleScript.script)
        }
        if !reply.blocked.isEmpty {
            let indices = reply.blocked.compactMap { self.domains.firstIndex(of: $0) }
            self.state.withLock { $0.block(indices) }
        }
        return ClaimReply(
            now: Timestamp(milliseconds: reply.now),
            isAccepted: reply.isAccepted,
            messages: reply.messages
        )
    }

    /// The database of the results, if it is not the broker's.
    ///
    /// The script selects it after everything else, where it must not fail. So it is tried out before the first settlement.
    private func resultDatabase() async throws(TaskBrokerError) -> Int? {
        guard case .sameServer(let database?) = self.results else { return nil }
        if self.state.withLock({ $0.hasTriedDatabase }) { return database }
        try await self.ask { () throws(RedisError) in
            _ = try await self.commands.evaluate(SelectScript.script, keys: [], arguments: ["\(database)"])
        }
        self.state.withLock { $0.hasTriedDatabase = true }
        return database
    }

    /// Looks up where each settlement's messages go, and stores the results that the script cannot store.
    private func items(for settlements: [Settlement]) async throws(TaskBrokerError) -> [SettleScript.Item] {
        var items: [SettleScript.Item] = []
        items.reserveCapacity(settlements.count)
        for settlement in settlements {
            items.append(
                SettleScript.Item(
                    id: settlement.claim.id,
                    domain: self.domain(of: settlement.claim),
                    disposition: settlement.disposition,
                    results: settlement.results,
                    publications: try await self.publisher.resolve(settlement.publications),
                    hasCounters: settlement.hasCounters
                )
            )
        }
        if case .elsewhere(let backend) = self.results {
            // Two servers have no common step. A crash in between runs the task again and stores an equal result; the other order
            // would lose it.
            try await backend.store(items.flatMap(\.results))
            for index in items.indices { items[index].results = [] }
        }
        return items
    }

    private static func prefix(of items: ArraySlice<SettleScript.Item>) -> ArraySlice<SettleScript.Item> {
        var byteCount = 0
        return items.prefix(self.maximumSettlements).prefix { item in
            defer { byteCount += item.byteCount }
            return byteCount < self.maximumBytes
        }
    }
}

extension SettleScript.Item {
    fileprivate var byteCount: Int {
        self.results.reduce(0) { $0 + $1.payload.count }
            + self.publications.reduce(0) { $0 + $1.payload.count * $1.targets.count }
    }
}
