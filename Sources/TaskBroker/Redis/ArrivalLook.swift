import RedisClient

/// What the look behind a `BLMOVE` has found, in one number: how many of its keys exist, of which some are named twice.
struct ArrivalLook: Hashable, Sendable {
    /// Whether the list has more messages.
    let hasMore: Bool
    /// Whether the queue is paused, or some of its messages have counters.
    let needsClaim: Bool

    init?(_ count: Int64) {
        guard 0...5 ~= count else { return nil }
        self.hasMore = count & 1 == 1
        self.needsClaim = count >= 2
    }
}

extension ClaimDomain {
    /// The command that answers ``ArrivalLook``.
    var arrivalLook: RESPCommand { ["EXISTS", self.list, self.meta, self.meta, self.dlv, self.dlv] }
}
