/// What an event tells: `task-received`, `worker-heartbeat`, or a type of an application's own.
public struct EventType: RawRepresentable, Hashable, Sendable {
    /// The name on the wire.
    public let rawValue: String

    /// Creates a type from its name.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// A worker has started.
    public static let workerOnline = Self(rawValue: "worker-online")
    /// A worker is alive.
    public static let workerHeartbeat = Self(rawValue: "worker-heartbeat")
    /// A worker ends.
    public static let workerOffline = Self(rawValue: "worker-offline")
    /// A worker takes part in an election.
    public static let workerElect = Self(rawValue: "worker-elect")
    /// A worker has seen another one take part.
    public static let workerElectAck = Self(rawValue: "worker-elect-ack")

    /// A producer has sent a task.
    public static let taskSent = Self(rawValue: "task-sent")
    /// A worker has accepted a task.
    public static let taskReceived = Self(rawValue: "task-received")
    /// A task begins to run.
    public static let taskStarted = Self(rawValue: "task-started")
    /// A task has returned a value.
    public static let taskSucceeded = Self(rawValue: "task-succeeded")
    /// A task has failed for good.
    public static let taskFailed = Self(rawValue: "task-failed")
    /// A task will be tried again.
    public static let taskRetried = Self(rawValue: "task-retried")
    /// A task was revoked, terminated, or has expired.
    public static let taskRevoked = Self(rawValue: "task-revoked")
    /// A task's message was rejected.
    public static let taskRejected = Self(rawValue: "task-rejected")
    /// Many events about tasks in one message; only ever a routing key, never the type of an event.
    public static let taskMulti = Self(rawValue: "task-multi")
}

extension EventType {
    /// What the event is about, the part before the first hyphen: `task` or `worker`.
    public var group: Substring { self.rawValue.prefix { $0 != "-" } }

    /// The routing key that events of this type are published with: dots instead of hyphens.
    package var routingKey: String { self.rawValue.replacing("-", with: ".") }
}

extension EventType: ExpressibleByStringLiteral {
    /// Creates a type from its name.
    public init(stringLiteral name: String) {
        self.init(rawValue: name)
    }
}

extension EventType: CustomStringConvertible {
    /// The name on the wire.
    public var description: String { self.rawValue }
}
