import RedisClient
import Testing

@testable import TaskBroker

/// What lies in one list and beside it, read key by key.
struct DomainState: Hashable {
    /// The waiting messages, the next to be served first.
    var waiting: [String] = []
    var inFlight: [String: String] = [:]
    var leases: [String: Double] = [:]
    /// By batch, how many claims have ended while others go on.
    var ended: [String: String] = [:]
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
        let keys = [
            domain.list, domain.infl, domain.lease, domain.ended, domain.dlv, domain.eta, domain.etam, domain.park,
            domain.dead,
            domain.deadm, domain.meta,
        ]
        let commands: [RESPCommand] =
            [["LRANGE", domain.list, "0", "-1"]]
            + [domain.infl, domain.dlv, domain.etam, domain.park, domain.deadm].map { ["HGETALL", $0] }
            + [domain.lease, domain.eta, domain.dead].map { ["ZRANGE", $0, "0", "-1", "WITHSCORES"] }
            + [["HGETALL", domain.ended]]
            + keys.map { ["TTL", $0] }
        let replies = try await redis.send(pipeline: commands)
        if let message = replies.compactMap(\.errorMessage).first { throw RedisError(reply: message) }
        self.waiting = replies[0].array?.reversed().compactMap(\.string) ?? []
        self.inFlight = Self.fields(replies[1])
        self.counters = Self.fields(replies[2])
        self.delayed = Self.fields(replies[3])
        self.parked = Self.fields(replies[4])
        self.dead = Self.fields(replies[5])
        self.leases = Self.fields(replies[6]).compactMapValues(Double.init)
        self.due = Self.fields(replies[7]).compactMapValues(Double.init)
        self.deadSince = Self.fields(replies[8]).compactMapValues(Double.init)
        self.ended = Self.fields(replies[9])
        self.expiring = zip(keys, replies.dropFirst(10)).filter { ($1.integer ?? 0) >= 0 }.map(\.0)
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
        let batches = Dictionary(grouping: self.inFlight.keys) { String(ClaimBatch.name(ofClaim: $0)) }
        #expect(Set(batches.keys) == Set(self.leases.keys), "I2", sourceLocation: sourceLocation)
        for (batch, claims) in batches {
            let size = batch.split(separator: ":").last.flatMap { Int($0) }
            let ended = self.ended[batch].map { Int($0) } ?? 0
            #expect(ended.map { $0 + claims.count } == size, "I2, \(batch)", sourceLocation: sourceLocation)
        }
        #expect(Set(self.ended.keys).isSubset(of: batches.keys), "I2", sourceLocation: sourceLocation)
        #expect(Set(self.delayed.keys) == Set(self.due.keys), sourceLocation: sourceLocation)
        #expect(Set(self.parked.keys).isSubset(of: self.due.keys), sourceLocation: sourceLocation)
        #expect(Set(self.dead.keys) == Set(self.deadSince.keys), sourceLocation: sourceLocation)
        #expect(self.expiring.isEmpty, "I9", sourceLocation: sourceLocation)
    }
}
