/// The state of a task, open for states of your own.
public struct TaskState: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The name on the wire.
    public let rawValue: String

    /// Creates a state by its name on the wire.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// Nothing is stored: the task waits, or nobody ever sent it.
    public static let pending = Self(rawValue: "PENDING")
    /// A worker runs it; stored only if the app tracks it.
    public static let started = Self(rawValue: "STARTED")
    /// It runs and has said how far it is.
    public static let progress = Self(rawValue: "PROGRESS")
    /// It failed and will run again.
    public static let retry = Self(rawValue: "RETRY")
    /// It returned a value.
    public static let success = Self(rawValue: "SUCCESS")
    /// It failed for good.
    public static let failure = Self(rawValue: "FAILURE")
    /// It was revoked, or expired before it could start.
    public static let revoked = Self(rawValue: "REVOKED")

    /// Whether nothing more will happen.
    public var isReady: Bool { self == .success || self == .failure || self == .revoked }

    /// The name on the wire.
    public var description: String { self.rawValue }
}
