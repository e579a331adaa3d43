/// Something in Redis that no worker could have left there, or that somebody who has gone has left.
///
/// It was there when it was looked at in one step with everything that it depends on, so work that goes on meanwhile is never taken for
/// damage.
public struct Damage: Sendable, Hashable {
    /// What has become of it.
    public enum State: String, Sendable, Hashable, Codable {
        /// It is there; nothing was changed.
        case found
        /// It was there and is repaired.
        case repaired
        /// It is there and must not be touched yet: a worker may still be at it.
        case pending
    }

    /// What it is.
    public var kind: Kind
    /// The key in Redis.
    public var key: String
    /// The entry of the key, where not the whole key is meant.
    public var id: String?
    /// The queue, where it belongs to one.
    public var queue: String?
    /// What was seen, where the kind does not say everything.
    public var detail: String?
    /// What has become of it.
    public var state: State
    /// How many keys it stands for; ``key`` is one of them.
    public var count: Int

    package init(
        _ kind: Kind,
        key: String,
        id: String? = nil,
        queue: String? = nil,
        detail: String? = nil,
        state: State = .found,
        count: Int = 1
    ) {
        self.kind = kind
        self.key = key
        self.id = id
        self.queue = queue
        self.detail = detail
        self.state = state
        self.count = count
    }
}

extension Damage {
    /// Whether somebody has to look at it: it is more than a leftover and is not repaired, or something is gone for good.
    public var needsAttention: Bool {
        self.kind.severity == .problem || self.kind.severity == .warning && self.state != .repaired
    }
}
