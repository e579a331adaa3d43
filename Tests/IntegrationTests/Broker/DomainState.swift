import RedisClient
import Testing

@testable import TaskBroker

/// What lies in one list and beside it, read key by key.
struct DomainState: Hashable {
    /// The waiting messages, the next to be served first.
    var waiting: [String] = []
    var inFlight: [String: String] = [:]
    var leases: [String: Double] = [:]
    /// The batches that waiting claims fill, and from when on nobody waits any more.
    var waits: [String: Double] = [:]
    /// The batches into which nothing is moved any more, and for how many seconds.
    var seals: [String: Int64] = [:]
    var counters: [String: String] = [:]
    var due: [String: Double] = [:]
    var delayed: [String: String] = [:]
    var parked: [String: String] = [:]
    var deadSince: [String: Double] = [:]
    /// Reason and message, with a line feed between them.
    var dead: [String: String] = [:]
    /// The keys that would vanish by themselves; the beat may, which carries no message.
    var expiring: [String] = []

    init(of domain: ClaimDomain, _ redis: RedisClient) async throws {
        let batches = try await Self.batches(of: domain, redis)
        let keys =
            [domain.list, domain.lease, domain.wait, domain.dlv, domain.eta, domain.etam, domain.park, domain.dead]
            + [domain.deadm, domain.meta] + batches.map(\.key)
        let commands: [RESPCommand] =
            [["LRANGE", domain.list, "0", "-1"]]
            + [domain.dlv, domain.etam, domain.park, domain.deadm].map { ["HGETALL", $0] }
            + [domain.lease, domain.eta, domain.dead, domain.wait].map { ["ZRANGE", $0, "0", "-1", "WITHSCORES"] }
            + batches.map { ["LRANGE", $0.key, "0", "-1"] }
            + keys.map { ["TTL", $0] }
        let replies = try await redis.send(pipeline: commands)
        let times = replies.suffix(keys.count)
        let contents = replies.dropFirst(9).dropLast(keys.count)
        if let message = (replies.prefix(9) + times).compactMap(\.errorMessage).first {
            throw RedisError(reply: message)
        }
        self.waiting = replies[0].array?.reversed().compactMap(\.string) ?? []
        self.counters = Self.fields(replies[1])
        self.delayed = Self.fields(replies[2])
        self.parked = Self.fields(replies[3])
        self.dead = Self.fields(replies[4])
        self.leases = Self.fields(replies[5]).compactMapValues(Double.init)
        self.due = Self.fields(replies[6]).compactMapValues(Double.init)
        self.deadSince = Self.fields(replies[7]).compactMapValues(Double.init)
        self.waits = Self.fields(replies[8]).compactMapValues(Double.init)
        var sealed: Set<String> = []
        for ((batch, reply), time) in zip(zip(batches, contents), times.suffix(batches.count)) {
            if let message = reply.errorMessage {
                // A seal is a text.
                guard message.hasPrefix("WRONGTYPE") else { throw RedisError(reply: message) }
                self.seals[batch.name] = time.integer
                sealed.insert(batch.key)
            }
            let raws = reply.array?.reversed().compactMap(\.string) ?? []
            for (index, raw) in raws.enumerated() where raw != "\0" {
                self.inFlight["\(batch.name):\(index + 1)"] = raw
            }
        }
        // A batch may have ended since the keys were listed.
        self.expiring = zip(keys, times).filter { !sealed.contains($0) && ($1.integer ?? 0) >= 0 }.map(\.0)
    }

    /// What the claims of a list have keys for.
    private static func batches(
        of domain: ClaimDomain,
        _ redis: RedisClient
    ) async throws -> [(name: String, key: String)] {
        let keys = try await redis.send(["KEYS", "*:infl:*"]).array?.compactMap(\.string) ?? []
        return keys.compactMap { key in
            RedisKeys.batch(ofKey: key).flatMap { $0.list == domain.list ? (name: $0.name, key: key) : nil }
        }
    }

    private static func fields(_ reply: RESPValue) -> [String: String] {
        let texts = reply.array?.compactMap(\.string) ?? []
        let pairs = stride(from: 0, to: texts.count - 1, by: 2).map { (texts[$0], texts[$0 + 1]) }
        return Dictionary(pairs) { $1 }
    }
}

extension DomainState {
    /// Every message of the domain, wherever it is, sorted.
    var messages: [String] {
        let dead = self.dead.values.map { String($0.drop { $0 != "\n" }.dropFirst()) }
        return (self.waiting + self.inFlight.values + self.delayed.values + dead).sorted()
    }

    /// Checks I2 and I9 of the design's list of invariants, and that nothing lies half in a place.
    func expectInvariants(sourceLocation: SourceLocation = #_sourceLocation) {
        let held = Set(self.inFlight.keys.map { String(ClaimBatch.name(ofClaim: $0)) })
        let (leased, entered, sealed) = (Set(self.leases.keys), Set(self.waits.keys), Set(self.seals.keys))
        // What a waiting claim has filled has its time in one of two places; an entry may outlive its batch.
        #expect(leased.isSubset(of: held), "I2", sourceLocation: sourceLocation)
        #expect(held.isSubset(of: leased.union(entered)), "I2", sourceLocation: sourceLocation)
        #expect(leased.isDisjoint(with: entered), sourceLocation: sourceLocation)
        #expect(sealed.isDisjoint(with: held.union(leased).union(entered)), sourceLocation: sourceLocation)
        #expect(self.seals.values.allSatisfy { 1...3600 ~= $0 }, sourceLocation: sourceLocation)
        #expect(Set(self.delayed.keys) == Set(self.due.keys), sourceLocation: sourceLocation)
        #expect(Set(self.parked.keys).isSubset(of: self.due.keys), sourceLocation: sourceLocation)
        #expect(Set(self.dead.keys) == Set(self.deadSince.keys), sourceLocation: sourceLocation)
        #expect(self.expiring.isEmpty, "I9", sourceLocation: sourceLocation)
    }
}
