import RedisClient

/// The examining half of a broker on Redis.
struct RedisCare: CareStore, RedisAsking {
    /// Where messages are.
    let broker: RedisClient
    /// Where results are.
    let results: RedisClient

    /// About how many keys one step looks at.
    static let keyPageSize = 500
    /// About how many entries one step looks at: each costs a command or four, half a millisecond in all.
    private static let pageSize = 100
    /// About how many batches one step looks at, each with up to a hundred messages.
    private static let batchPageSize = 20
    /// About how many bytes of messages one step looks at: a message is copied where a script looks at it.
    private static let pageBytes: Int64 = 128 << 10
}

extension RedisCare {
    var places: [CarePlace] { self.hasOneDatabase ? [.broker] : [.broker, .results] }

    /// Whether results are where messages are.
    var hasOneDatabase: Bool {
        let (broker, results) = (self.broker.configuration.url, self.results.configuration.url)
        return broker.isSameServer(as: results) && broker.database == results.database
    }

    func client(of place: CarePlace) -> RedisClient { place == .broker ? self.broker : self.results }
}

// MARK: - Lists

extension RedisCare {
    func survey(_ list: String) async throws(TaskBrokerError) -> ListSurvey {
        let domain = ClaimDomain(list: list)
        let keys = [domain.list] + domain.lasting.map(\.key) + [domain.beat]
        let types = ["list"] + domain.lasting.map(\.type) + ["hash"]
        let reply = try await self.ask { () throws(RedisError) in
            try await self.broker.evaluate(SurveyScript.script, keys: keys)
        }
        guard let fields = reply.array, fields.count == 2 * keys.count else {
            throw .unexpectedReply(of: SurveyScript.script)
        }
        let entries = keys.indices.map { index in
            let left = fields[2 * index + 1].integer ?? -1
            return ListSurvey.Entry(
                key: keys[index],
                role: index == 0 ? .list : index == keys.count - 1 ? .beat : .companion,
                type: fields[2 * index].string ?? "none",
                expectedType: types[index],
                timeToLive: left < 0 ? nil : left
            )
        }
        return ListSurvey(list: list, entries: entries)
    }

    func balance(of pair: StoredPair, list: String) async throws(TaskBrokerError) -> PairBalance? {
        let keys = pair.keys(of: list)
        let commands: [RESPCommand] = [["MULTI"], ["ZCARD", keys.times], ["HLEN", keys.messages], ["EXEC"]]
        let replies = try await self.ask { () throws(RedisError) in try await self.broker.send(pipeline: commands) }
        guard let counts = replies.last?.array, counts.count == 2,
            case .integer(let times) = counts[0], case .integer(let messages) = counts[1]
        else { return nil }
        return PairBalance(times: Int(clamping: times), messages: Int(clamping: messages))
    }

    func entries(
        _ side: PairSide,
        of pair: StoredPair,
        list: String,
        after cursor: String?
    ) async throws(TaskBrokerError) -> EntryPage {
        let keys = pair.keys(of: list)
        let listName = pair == .unacknowledged ? nil : list
        switch side {
        case .times:
            let domain = ClaimDomain(list: list)
            let page =
                pair == .claims
                ? try await self.page(
                    PairScript.batches,
                    [domain.lease, domain.infl, domain.etam, domain.deadm],
                    after: cursor,
                    count: Self.batchPageSize
                )
                : try await self.page(
                    PairScript.times,
                    [keys.times, keys.messages],
                    after: cursor,
                    count: Self.pageSize
                )
            let lost = page.ids[0].map {
                Suspicion(pair.withoutMessage, key: keys.times, id: $0, list: listName, place: pair)
            }
            let doubled = page.ids[1].map {
                // Only claims are looked at for that.
                let key = RedisKeys.batch(ClaimBatch.name(ofClaim: $0), infl: keys.messages)
                return Suspicion(.doubledMessage, key: key, id: $0, list: listName, place: pair)
            }
            return EntryPage(count: page.count, suspicions: lost + doubled, next: page.next)
        case .messages:
            let count = try await self.affordableCount(keys.messages)
            let page = try await self.page(
                PairScript.messages,
                [keys.times, keys.messages],
                after: cursor,
                count: count
            )
            let suspicions = page.ids[0].map {
                Suspicion(pair.withoutTime, key: keys.messages, id: $0, list: listName, place: pair)
            }
            return EntryPage(count: page.count, suspicions: suspicions, next: page.next)
        }
    }

    func notes(_ list: String, after cursor: String?) async throws(TaskBrokerError) -> EntryPage {
        let domain = ClaimDomain(list: list)
        let kinds: [(kind: Damage.Kind, script: RedisScript, keys: [String])] = [
            (.strayParking, PairScript.messages, [domain.eta, domain.park]),
            (.badCounter, PairScript.counters, [domain.dlv]),
        ]
        // One hash after the other: the cursor tells which it is, and where in it.
        let position = (cursor ?? "0:0").split(separator: ":").map(String.init)
        guard position.count == 2, let index = Int(position[0]), kinds.indices.contains(index) else {
            return EntryPage(count: 0, suspicions: [], next: nil)
        }
        let (kind, script, keys) = kinds[index]
        let page = try await self.page(script, keys, after: position[1], count: Self.pageSize)
        let suspicions = page.ids[0].map { Suspicion(kind, key: keys[keys.count - 1], id: $0, list: list) }
        let isLast = index == kinds.count - 1
        let next = page.next.map { "\(index):\($0)" } ?? (isLast ? nil : "\(index + 1):0")
        return EntryPage(count: page.count, suspicions: suspicions, next: next)
    }

    /// Runs one of the scripts that look at a page; a key of a wrong type has no entries.
    private func page(
        _ script: RedisScript,
        _ keys: [String],
        after cursor: String?,
        count: Int
    ) async throws(TaskBrokerError) -> (count: Int, ids: [[String]], next: String?) {
        let arguments = RESPArguments([cursor ?? "0", String(count)])
        let reply: RESPValue
        do throws(RedisError) {
            reply = try await self.broker.evaluate(script, keys: keys, arguments: arguments)
        } catch {
            if error.message.contains("WRONGTYPE") { return (0, [[], []], nil) }
            throw TaskBrokerError(error)
        }
        guard let parts = reply.array, parts.count >= 3, let next = parts[0].string else {
            throw .unexpectedReply(of: script)
        }
        return (
            count: Int(clamping: parts[1].integer ?? 0),
            ids: parts.dropFirst(2).map { $0.array?.compactMap(\.string) ?? [] },
            next: next == "0" ? nil : next
        )
    }

    /// How many entries of a hash are about as many bytes as one step may look at.
    private func affordableCount(_ key: String) async throws(TaskBrokerError) -> Int {
        let commands: [RESPCommand] = [["MEMORY", "USAGE", key, "SAMPLES", "5"], ["HLEN", key]]
        let replies = try await self.ask { () throws(RedisError) in try await self.broker.send(pipeline: commands) }
        guard replies.count == 2, let bytes = replies[0].integer, let count = replies[1].integer, count > 0 else {
            return 10
        }
        return Int(max(10, min(Int64(Self.pageSize), Self.pageBytes / max(1, bytes / count))))
    }
}

extension StoredPair {
    /// The keys of the pair.
    func keys(of list: String) -> (times: String, messages: String) {
        let domain = ClaimDomain(list: list)
        return switch self {
        case .claims: (domain.lease, domain.infl)
        case .delayed: (domain.eta, domain.etam)
        case .dead: (domain.dead, domain.deadm)
        case .unacknowledged: (RedisKeys.unacknowledgedTimes, RedisKeys.unacknowledged)
        }
    }
}

extension ClaimDomain {
    /// The domain of a list.
    convenience init(list: String) {
        let queue = Priority.queue(ofList: list)
        let step = Priority.steps.first { Priority.list(queue: queue, step: $0) == list }
        // A list of a step that we do not use counts as a queue of its own.
        self.init(queue: step == nil ? list : queue, step: step ?? 0)
    }

    /// The keys that must not expire, with their types; those of batches are not among them.
    var lasting: [(key: String, type: String)] {
        [
            (self.lease, "zset"), (self.wait, "zset"), (self.dlv, "hash"), (self.eta, "zset"), (self.etam, "hash"),
            (self.park, "hash"),
            (self.dead, "zset"), (self.deadm, "hash"), (self.meta, "hash"),
        ]
    }
}
