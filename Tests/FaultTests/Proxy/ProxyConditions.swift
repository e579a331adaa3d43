/// What a ``FaultProxy`` does to everything that goes through it.
struct ProxyConditions: Sendable {
    /// How long bytes take in each direction: a random time out of this range of milliseconds.
    var delay: ClosedRange<Int> = 0...0
    /// Passes on at most this many bytes at a time.
    var chunk: Int?
    /// How long to wait between chunks, in microseconds.
    var chunkPause = 0
    /// Holds bytes back in both directions, as a network does that is gone for a while; they are delivered afterwards.
    var isStalled = false
    /// Refuses new connections.
    var refuses = false
}

/// How a network loses the answer to a request that has arrived.
enum ReplyLoss: Sendable {
    /// The connection breaks.
    case cut
    /// The connection stays, and is silent from then on.
    case silence
}

/// Where bytes go.
enum ProxyDirection: Sendable {
    /// To Redis.
    case requests
    /// From Redis.
    case replies
}

/// What a worker uses a connection for, as its first requests show.
enum ConnectionKind: String, CaseIterable, Sendable {
    /// Claims, settlements, ticks.
    case commands
    /// Renewals.
    case leases
    /// `CLIENT TRACKING`, and the announcements for it.
    case doorbell
    /// Channels of results and control.
    case subscriptions
}
