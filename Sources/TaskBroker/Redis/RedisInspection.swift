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
    /// How many batches one script counts the messages of.
    private static let batchPageSize = 500

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
            if let list = RedisKeys.list(ofCompanion: key) ?? RedisKeys.batch(ofKey: key)?.list {
                found.names.insert(Priority.queue(ofList: list))
            }
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
            var counts = try await self.counts(of: domains.flatMap { $0 }).makeIterator()
            let bounds = try await self.ask { () throws(RedisError) in
                try await self.client.send(pipeline: domains.flatMap(Self.bound))
            }
            for (queue, bound) in zip(domains, bounds) {
                var sum = QueueContents()
                for domain in queue { sum.add(domain, counts.next() ?? []) }
                sum.maxLength = bound.string.flatMap { Int($0) }
                contents.append(sum)
            }
        }
        return contents
    }

    /// What ``CountScript`` answers for each domain.
    ///
    /// Of more batches than one script looks at, the others are counted afterwards.
    private func counts(of domains: [ClaimDomain]) async throws(TaskBrokerError) -> [[Int]] {
        var counts = Array(repeating: [] as [Int], count: domains.count)
        var (open, start) = (Array(domains.indices), 0)
        while !open.isEmpty {
            let arguments = RESPArguments([String(start), String(Self.batchPageSize)])
            let calls = open.map { (keys: domains[$0].countKeys, arguments: arguments) }
            let replies = try await self.ask { () throws(RedisError) in
                try await self.client.evaluate(CountScript.script, calls)
            }
            var more: [Int] = []
            for (index, reply) in zip(open, replies) {
                let numbers = reply.array?.compactMap { $0.integer.map { Int(clamping: $0) } } ?? []
                guard numbers.count == 7 else { throw .unexpectedReply(of: CountScript.script) }
                if start == 0 { counts[index] = numbers } else { counts[index][1] += numbers[1] }
                if numbers[2] == Self.batchPageSize { more.append(index) }
            }
            open = more
            start += Self.batchPageSize
        }
        return counts
    }

    /// The bound of a queue, which is kept beside the first of its lists.
    private static func bound(of domains: [ClaimDomain]) -> [RESPCommand] {
        domains.prefix(1).map { ["GET", RedisKeys.companion(.bound, of: $0.list)] }
    }

    func workers() async throws(TaskBrokerError) -> [WorkerRecord] {
        try await self.ask { () throws(RedisError) in try await WorkerRegistry(client: self.client).workers() }
    }
}

extension ClaimDomain {
    /// The keys of ``CountScript``.
    fileprivate var countKeys: [String] {
        [self.list, self.lease, self.infl, self.eta, self.park, self.dead, self.meta, self.wait]
    }
}

extension QueueContents {
    /// Adds what ``CountScript`` has counted.
    fileprivate mutating func add(_ domain: ClaimDomain, _ counts: [Int]) {
        guard counts.count == 7 else { return }
        self.waiting[domain.step] = counts[0]
        self.inFlight += counts[1]
        self.delayed += max(0, counts[3] - counts[4])
        self.parked += counts[4]
        self.dead += counts[5]
        self.isPaused = counts[6] == 1 || self.isPaused
    }
}
