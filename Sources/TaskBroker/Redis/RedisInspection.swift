import RedisClient

/// The looking half of a broker on Redis.
struct RedisInspection: InspectionStore, RedisAsking {
    let client: RedisClient
    /// Where results are.
    let results: RedisClient

    var care: (any CareStore)? { RedisCare(broker: self.client, results: self.results) }
}

// MARK: - Counting

extension RedisInspection {
    /// The most calls of `SCAN` in one search, of about a thousand keys each.
    private static let maximumScans = 200

    func queueNames() async throws(TaskBrokerError) -> QueueNames {
        var found = QueueNames(names: [], isComplete: true)
        let tables = try await self.scan(RedisKeys.bindingsPrefix + "*", into: &found)
        let exchanges = tables.filter { !RedisKeys.isInternalTable($0) }
        let members = try await self.ask { () throws(RedisError) in
            try await self.client.send(pipeline: exchanges.map { ["SMEMBERS", $0] })
        }
        for member in members.flatMap({ $0.array ?? [] }) {
            if let binding = member.string.flatMap(Binding.init(member:)) { found.names.insert(binding.queue) }
        }
        for key in try await self.scan(RedisKeys.companionPattern, into: &found) {
            if let list = RedisKeys.list(ofCompanion: key) { found.names.insert(Priority.queue(ofList: list)) }
        }
        return found
    }

    private func scan(_ pattern: String, into found: inout QueueNames) async throws(TaskBrokerError) -> Set<String> {
        var keys: Set<String> = []
        var cursor = "0"
        for _ in 0..<Self.maximumScans {
            let command: RESPCommand = ["SCAN", cursor, "MATCH", pattern, "COUNT", "1000"]
            let page = try await self.ask { () throws(RedisError) in try await self.client.send(command) }
            guard let parts = page.array, parts.count == 2, let next = parts[0].string else { break }
            keys.formUnion(parts[1].array?.compactMap(\.string) ?? [])
            if next == "0" { return keys }
            cursor = next
        }
        found.isComplete = false
        return keys
    }

    func contents(of queues: [String]) async throws(TaskBrokerError) -> [QueueContents] {
        var contents: [QueueContents] = []
        var rest = queues[...]
        while !rest.isEmpty {
            let domains = rest.prefix(100).map(ClaimDomain.all(of:))
            rest = rest.dropFirst(100)
            let replies = try await self.ask { () throws(RedisError) in
                try await self.client.send(pipeline: domains.flatMap { $0.flatMap(Self.counts) + Self.bound(of: $0) })
            }
            var next = replies.makeIterator()
            for queue in domains {
                var sum = QueueContents()
                for domain in queue { sum.add(domain, &next) }
                sum.maxLength = next.next()?.string.flatMap { Int($0) }
                contents.append(sum)
            }
        }
        return contents
    }

    private static func counts(of domain: ClaimDomain) -> [RESPCommand] {
        [
            ["LLEN", domain.list], ["HLEN", domain.infl], ["ZCARD", domain.eta], ["HLEN", domain.park],
            ["ZCARD", domain.dead], ["HEXISTS", domain.meta, "paused"],
        ]
    }

    /// The bound of a queue, which is kept beside the first of its lists.
    private static func bound(of domains: [ClaimDomain]) -> [RESPCommand] {
        domains.prefix(1).map { ["GET", RedisKeys.companion(.bound, of: $0.list)] }
    }

    func workers() async throws(TaskBrokerError) -> [WorkerRecord] {
        try await self.ask { () throws(RedisError) in try await WorkerRegistry(client: self.client).workers() }
    }
}

extension QueueContents {
    /// Adds what ``RedisInspection`` has counted; a key of a wrong type counts as empty.
    fileprivate mutating func add(_ domain: ClaimDomain, _ replies: inout IndexingIterator<[RESPValue]>) {
        func number() -> Int { if case .integer(let count)? = replies.next() { Int(clamping: count) } else { 0 } }
        self.waiting[domain.step] = number()
        self.inFlight += number()
        let delayed = number()
        let parked = number()
        self.delayed += max(0, delayed - parked)
        self.parked += parked
        self.dead += number()
        self.isPaused = number() == 1 || self.isPaused
    }
}
