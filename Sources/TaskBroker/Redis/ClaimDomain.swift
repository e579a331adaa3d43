import RedisClient

/// One list and everything beside it: the unit of the claim protocol.
///
/// A queue has four, one for each step of priority. The keys of a domain share a slot of Redis Cluster.
///
/// A class, because every call passes a dozen of them around, and each holds a dozen strings.
final class ClaimDomain: Sendable {
    /// The queue.
    let queue: String
    /// The step of priority: 0, 3, 6 or 9.
    let step: Int
    /// The list of waiting messages; producers push to the left, workers take from the right.
    let list: String
    /// What the keys of the batches begin with whose messages workers hold, see ``RedisKeys/batch(_:infl:)``.
    let infl: String
    let lease: String
    let wait: String
    let dlv: String
    let eta: String
    let etam: String
    let park: String
    let dead: String
    let deadm: String
    let meta: String
    let beat: String
    let absent: String
    /// The list of a batch that never exists.
    let absentBatch: String
    /// The keys with which a claim looks at the list, as they go into its command: a claim names those of all lists.
    let claimKeys: RESPArguments

    init(queue: String, step: Int) {
        let list = Priority.list(queue: queue, step: step)
        func key(_ companion: RedisKeys.Companion) -> String { RedisKeys.companion(companion, of: list) }
        self.queue = queue
        self.step = step
        self.list = list
        self.infl = key(.infl)
        self.lease = key(.lease)
        self.wait = key(.wait)
        self.dlv = key(.dlv)
        self.eta = key(.eta)
        self.etam = key(.etam)
        self.park = key(.park)
        self.dead = key(.dead)
        self.deadm = key(.deadm)
        self.meta = key(.meta)
        self.beat = key(.beat)
        self.absent = key(.nil)
        self.absentBatch = RedisKeys.batch("none:0", infl: self.infl)
        self.claimKeys = [list, self.infl, self.lease, self.dlv, self.meta]
    }
}

extension ClaimDomain: Hashable {
    static func == (left: ClaimDomain, right: ClaimDomain) -> Bool { left === right || left.list == right.list }

    func hash(into hasher: inout Hasher) { hasher.combine(self.list) }
}

extension ClaimDomain {
    /// The four domains of a queue, highest priority first.
    static func all(of queue: String) -> [ClaimDomain] {
        Priority.steps.map { ClaimDomain(queue: queue, step: $0) }
    }

    /// The domains of several queues in the order in which they are served: all of one step before any of the next.
    static func all(of queues: [String]) -> [ClaimDomain] {
        Priority.steps.flatMap { step in queues.map { ClaimDomain(queue: $0, step: step) } }
    }
}
