import CeleryProtocol
import RedisClient

extension RedisCare {
    func keyCount(in place: CarePlace) async throws(TaskBrokerError) -> Int {
        try await self.ask { () throws(RedisError) in
            Int(clamping: try await self.client(of: place).send(["DBSIZE"]).integer ?? 0)
        }
    }

    /// The most calls of `SCAN` in one search for lists.
    private static let maximumScans = 400

    func lists() async throws(TaskBrokerError) -> Set<String> {
        var lists: Set<String> = []
        var cursor = "0"
        for _ in 0..<Self.maximumScans {
            let scan: RESPCommand = ["SCAN", cursor, "COUNT", "\(Self.keyPageSize)", "TYPE", "list"]
            let reply = try await self.ask { () throws(RedisError) in try await self.broker.send(scan) }
            guard let parts = reply.array, parts.count == 2, let next = parts[0].string else { break }
            // What a claim took from a queue is a list, too, and none.
            lists.formUnion(parts[1].array?.compactMap(\.string).filter { RedisKeys.batch(ofKey: $0) == nil } ?? [])
            if next == "0" { break }
            cursor = next
        }
        return lists
    }

    func keys(
        in place: CarePlace,
        after cursor: String?,
        _ request: ExaminationOptions
    ) async throws(TaskBrokerError) -> KeyPage {
        let client = self.client(of: place)
        let scan: RESPCommand = ["SCAN", cursor ?? "0", "COUNT", "\(Self.keyPageSize)"]
        let reply = try await self.ask { () throws(RedisError) in try await client.send(scan) }
        guard let parts = reply.array, parts.count == 2, let next = parts[0].string, let keys = parts[1].array else {
            throw TaskBrokerError(.brokerUnavailable, "Redis answered SCAN in an unknown form.")
        }
        var page = KeyPage()
        page.count = keys.count
        page.next = next == "0" ? nil : next
        let kinds = keys.compactMap(\.string).map { (key: $0, kind: RedisKeys.kind(of: $0)) }
        if place == .broker { try await self.look(atMessagesAmong: kinds, &page, isFirst: cursor == nil) }
        if place == .results || self.hasOneDatabase {
            try await self.look(atResultsAmong: kinds, client, request, &page)
        }
        return page
    }

    private func look(
        atMessagesAmong keys: [(key: String, kind: RedisKeys.Kind)],
        _ page: inout KeyPage,
        isFirst: Bool
    ) async throws(TaskBrokerError) {
        var tables: [String] = []
        for (key, kind) in keys {
            switch kind {
            case .companion(let list): page.lists.insert(list)
            case .batch(let name, let list):
                page.lists.insert(list)
                page.suspicions.append(Suspicion(.claimWithoutLease, key: key, id: name, list: list, place: .claims))
                page.suspicions.append(Suspicion(.expiringCompanion, key: key, list: list))
            case .replies: page.suspicions.append(Suspicion(.orphanedReplies, key: key))
            case .mortal: page.suspicions.append(Suspicion(.immortalKey, key: key))
            case .bindings where !RedisKeys.isInternalTable(key): tables.append(key)
            case .bindings, .result, .chordSize, .other: break
            }
        }
        let queries = tables.map { ["SRANDMEMBER", $0, "1000"] as RESPCommand }
        let members = try await self.ask { () throws(RedisError) in try await self.broker.send(pipeline: queries) }
        for member in members.flatMap({ $0.array ?? [] }) {
            guard let binding = member.string.flatMap(Binding.init(member:)) else { continue }
            for step in Priority.steps { page.lists.insert(Priority.list(queue: binding.queue, step: step)) }
        }
        if isFirst { page.suspicions += try await self.expiredBindings() }
    }

    /// The exchanges whose bindings nobody has renewed in time.
    private func expiredBindings() async throws(TaskBrokerError) -> [Suspicion] {
        try await self.ask { () throws(RedisError) in
            let time = try await self.broker.send(["TIME"]).array?.first?.integer ?? 0
            let range: RESPCommand = [
                "ZRANGEBYSCORE", RedisKeys.bindingDeadlines, "-inf", "\(time)000", "LIMIT", "0", "1000",
            ]
            let exchanges = try await self.broker.send(pipeline: [range]).first?.array ?? []
            return exchanges.compactMap(\.string).map { exchange in
                Suspicion(.expiredBindings, key: RedisKeys.bindings(of: exchange), id: exchange)
            }
        }
    }

    private func look(
        atResultsAmong keys: [(key: String, kind: RedisKeys.Kind)],
        _ client: RedisClient,
        _ request: ExaminationOptions,
        _ page: inout KeyPage
    ) async throws(TaskBrokerError) {
        var results: [String] = []
        for (key, kind) in keys {
            switch kind {
            case .result: results.append(key)
            case .chordSize(let group):
                page.suspicions.append(Suspicion(.stuckChord, key: key, id: group))
                results.append(key)
            case .companion, .batch, .replies, .mortal, .bindings, .other: break
            }
        }
        guard request.looksFor(.resultWithoutExpiry) else { return }
        let queries = results.map { ["PTTL", $0] as RESPCommand }
        let times = try await self.ask { () throws(RedisError) in try await client.send(pipeline: queries) }
        for (key, time) in zip(results, times) where time.integer == -1 {
            page.suspicions.append(Suspicion(.resultWithoutExpiry, key: key))
        }
    }
}
