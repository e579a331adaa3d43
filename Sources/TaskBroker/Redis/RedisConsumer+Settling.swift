import CeleryProtocol
import RedisClient
import Synchronization

extension RedisConsumer {
    /// The most settlements of one script: every loop of a script is bounded.
    private static let maximumSettlements = 100
    /// The most messages that one script takes: from one list they are a batch.
    private static let maximumClaims = ClaimBatch.maximumSize
    /// The size of the results and messages of one script from which on the rest goes into another.
    private static let maximumBytes = 4 << 20

    func settle(
        _ settlements: [Settlement],
        claiming count: Int,
        after cursor: Timestamp
    ) async throws(TaskBrokerError) -> ClaimReply {
        var items: [SettleScript.Item] = []
        items.reserveCapacity(settlements.count)
        let layout = self.layout
        for settlement in settlements {
            var item = self.item(for: settlement, layout)
            if settlement.sendsMore { try await self.add(settlement, to: &item) }
            items.append(item)
        }
        var reply = ClaimReply(
            now: Timestamp(milliseconds: 0),
            isAccepted: Array(repeating: true, count: items.count)
        )
        if case .elsewhere(let backend) = self.results { reply.completions = try await backend.takeEffects(of: &items) }

        let rest = items.indices.filter { reply.completions[$0] == nil }
        if count <= Self.maximumClaims, Self.prefix(of: rest[...], in: items).count == items.count {
            // Nearly always.
            reply = try await self.call(items, claiming: max(0, count), after: cursor)
        } else {
            try await self.call(items, rest[...], claiming: max(0, count), after: cursor, into: &reply)
        }
        if count > 0 { self.state.withLock { $0.precedence.noteClaim(of: reply.messages.count) } }
        if case .elsewhere(let backend) = self.results { await self.finishChords(of: settlements, reply, on: backend) }
        return reply
    }

    /// Settles what one script does not take, one call after the other, and then claims.
    private func call(
        _ items: [SettleScript.Item],
        _ indices: ArraySlice<Int>,
        claiming count: Int,
        after cursor: Timestamp,
        into reply: inout ClaimReply
    ) async throws(TaskBrokerError) {
        var (rest, wanted) = (indices, count)
        repeat {
            let batch = Self.prefix(of: rest, in: items)
            rest = rest[batch.endIndex...]
            // What is settled first may bring messages back; all of it has happened before anything is taken.
            let claiming = rest.isEmpty ? min(wanted, Self.maximumClaims) : 0
            let part: ClaimReply
            do throws(TaskBrokerError) {
                part = try await self.call(batch.map { items[$0] }, claiming: claiming, after: cursor)
            } catch {
                // What has been taken before, nobody else would run before its lease is over.
                if batch.isEmpty, !reply.messages.isEmpty || reply.unread > 0 {
                    // Whether there is more is not known.
                    reply.unread += wanted
                    return
                }
                throw error
            }
            reply.now = part.now
            for (index, isAccepted) in zip(batch, part.isAccepted) { reply.isAccepted[index] = isAccepted }
            for (position, key) in part.obstacles { reply.obstacles[batch[batch.startIndex + position]] = key }
            for (position, parts) in part.completions { reply.completions[batch[batch.startIndex + position]] = parts }
            reply.messages += part.messages
            reply.unread += part.unread
            reply.revocations = part.revocations ?? reply.revocations
            let taken = part.messages.count + part.unread
            wanted = taken < claiming ? 0 : wanted - taken
        } while !rest.isEmpty || wanted > 0
    }

    /// Cleans up after chords on another server; if that fails their keys expire.
    private func finishChords(
        of settlements: [Settlement],
        _ reply: ClaimReply,
        on backend: RedisResultBackend
    ) async {
        let ends = settlements.indices.filter { reply.isAccepted[$0] && reply.completions[$0] == nil }
            .flatMap { settlements[$0].canvas?.ends ?? [] }
        try? await backend.finish(ends)
    }

    private func call(
        _ items: [SettleScript.Item],
        claiming count: Int,
        after cursor: Timestamp
    ) async throws(TaskBrokerError) -> ClaimReply {
        var databases: SettleScript.Databases?
        if case .sameServer(let database?) = self.results { databases = try await self.resultDatabases(database) }
        let request = self.state.withLock { state in
            let order = count > 0 ? state.nextOrder() : []
            let claim = SettleScript.ClaimRequest(
                count: count,
                domains: order,
                lease: self.lease,
                nonce: self.nonce,
                firstNumber: state.reserveBatches(order.count),
                moved: state.moved(order, wanting: count)
            )
            return SettleScript.Request(items: items, claim: claim, databases: databases)
        }
        let encoded = SettleScript.encode(request)
        let reply = try await self.evaluate(request, encoded)
        self.state.withLock { $0.note(reply, of: request.claim) }
        var update: RevocationUpdate?
        if let newest = reply.newestRevocation, newest != cursor {
            update = try await self.revocations(after: cursor, newest: newest)
        }
        return ClaimReply(
            now: Timestamp(milliseconds: reply.now),
            isAccepted: reply.isAccepted,
            obstacles: Dictionary(uniqueKeysWithValues: reply.obstacles.map { ($0, items[$0].obstacle($1)) }),
            completions: reply.completions,
            messages: reply.messages,
            unread: reply.taken - reply.messages.count,
            revocations: update
        )
    }

    private func evaluate(
        _ request: SettleScript.Request,
        _ encoded: SettleScript.Encoded
    ) async throws(TaskBrokerError) -> SettleScript.Reply {
        let (script, keys, arguments) = (encoded.script, encoded.keys, encoded.arguments)
        let value: RESPValue
        var moved = RESPValue.null
        if let list = encoded.reading {
            (value, moved) = try await self.evaluateSafely(script, keys: keys, arguments: arguments, reading: list)
        } else {
            value = try await self.evaluateSafely(script, keys: keys, arguments: arguments)
        }
        guard let reply = SettleScript.decode(value, for: request, encoded, moved: moved) else {
            throw .unexpectedReply(of: script)
        }
        return reply
    }

    /// What was revoked before messages were taken.
    ///
    /// If it cannot be read the messages are not handed out; they come back when their leases run out.
    private func revocations(
        after cursor: Timestamp,
        newest: Timestamp
    ) async throws(TaskBrokerError) -> RevocationUpdate? {
        try await self.ask { () throws(RedisError) in
            try await RevocationLog(client: self.commands).update(after: cursor, newest: newest)
        }
    }

    /// The databases of the results and of the broker, if they differ.
    ///
    /// The script selects the first where that must not fail. So it is tried out before the first settlement.
    private func resultDatabases(_ database: Int) async throws(TaskBrokerError) -> SettleScript.Databases {
        let databases = SettleScript.Databases(
            results: database,
            broker: self.commands.configuration.url.database
        )
        if self.state.withLock({ $0.hasTriedDatabase }) { return databases }
        try await self.ask { () throws(RedisError) in
            _ = try await self.commands.evaluate(SelectScript.script, keys: [], arguments: ["\(database)"])
        }
        self.state.withLock { $0.hasTriedDatabase = true }
        return databases
    }

    /// A settlement, without the messages that it sends.
    private func item(for settlement: Settlement, _ layout: ConsumerLayout) -> SettleScript.Item {
        SettleScript.Item(
            id: settlement.claim.id,
            domain: layout.domain(of: settlement.claim),
            disposition: settlement.disposition,
            effects: SettleScript.Effects(results: settlement.results),
            hasCounters: settlement.hasCounters
        )
    }

    /// Looks up where a settlement's messages go.
    private func add(_ settlement: Settlement, to item: inout SettleScript.Item) async throws(TaskBrokerError) {
        item.effects.publications = try await self.publisher.resolve(settlement.publications)
        guard let canvas = settlement.canvas else { return }
        item.effects.chords = canvas.chords
        item.effects.groups = canvas.groups
        item.parts = canvas.parts
        item.expires = canvas.expires
        for end in canvas.ends {
            let effects = SettleScript.Effects(
                results: end.results,
                publications: try await self.publisher.resolve(end.publications),
                chords: end.chords,
                groups: end.groups
            )
            item.ends.append(
                SettleScript.End(
                    groupID: end.groupID,
                    token: end.token,
                    isSuccess: end.isSuccess,
                    effects: effects
                )
            )
        }
    }

    /// As many of `indices` as one script takes.
    private static func prefix(of indices: ArraySlice<Int>, in items: [SettleScript.Item]) -> ArraySlice<Int> {
        var byteCount = 0
        return indices.prefix(self.maximumSettlements).prefix { index in
            defer { byteCount += items[index].byteCount }
            return byteCount < self.maximumBytes
        }
    }
}

extension SettleScript.Item {
    /// What a key of a wrong type is to this settlement.
    fileprivate func obstacle(_ key: String) -> SettlementObstacle {
        let publications = self.effects.publications + self.ends.flatMap(\.effects.publications)
        let isTarget = publications.contains { $0.targets.contains(.list(key)) }
        return isTarget ? .target(key) : .place(key)
    }

    fileprivate var byteCount: Int {
        self.ends.reduce(self.effects.byteCount) { $0 + $1.effects.byteCount }
    }
}

extension SettleScript.Effects {
    fileprivate var byteCount: Int {
        self.results.reduce(0) { $0 + $1.payload.count }
            + self.publications.reduce(0) { $0 + $1.payload.count * $1.targets.count }
    }
}
