/// An error thrown by TaskBroker.
///
/// Compare ``code``; the text is for people and says what happened and what to do next. It never contains a password.
public struct TaskBrokerError: Error, CustomStringConvertible {
    /// What went wrong.
    public let code: Code
    /// One or two sentences for the person who has to act.
    public let message: String
    /// The error below, if there is one.
    public let underlyingError: (any Error)?

    /// Creates an error.
    public init(_ code: Code, _ message: String, underlyingError: (any Error)? = nil) {
        self.code = code
        self.message = message
        self.underlyingError = underlyingError
    }

    /// The text of the error.
    public var description: String { self.message }
}

extension TaskBrokerError {
    /// What went wrong, open for new codes without breaking anybody's `switch`.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        private enum Base: String, Sendable {
            case invalidConfiguration
            case brokerUnavailable
            case notPermitted
            case publishRefused
            case publishUncertain
            case queueFull
            case messageTooLarge
            case argumentMismatch
            case encodingFailed
            case timedOut
            case notFound
            case revoked
            case cancelled
        }

        private let base: Base

        private init(_ base: Base) {
            self.base = base
        }

        /// A URL, a name or a setting cannot be used.
        public static var invalidConfiguration: Self { .init(.invalidConfiguration) }
        /// Redis cannot be reached, or did not answer in time.
        public static var brokerUnavailable: Self { .init(.brokerUnavailable) }
        /// Redis refuses the password, or what the user may not do.
        public static var notPermitted: Self { .init(.notPermitted) }
        /// The broker is there but did not take the message.
        public static var publishRefused: Self { .init(.publishRefused) }
        /// It is not known whether the message has arrived, or fewer replicas than wanted have it; see ``PublishUncertainty``.
        public static var publishUncertain: Self { .init(.publishUncertain) }
        /// A bounded queue holds as many messages as it may; see ``QueueFull``.
        public static var queueFull: Self { .init(.queueFull) }
        /// A message is larger or nested deeper than a worker would take; it was not sent.
        public static var messageTooLarge: Self { .init(.messageTooLarge) }
        /// The arguments do not fit the task's parameters.
        public static var argumentMismatch: Self { .init(.argumentMismatch) }
        /// A value cannot be written as JSON.
        public static var encodingFailed: Self { .init(.encodingFailed) }
        /// The result did not arrive in time; the task may still run.
        public static var timedOut: Self { .init(.timedOut) }
        /// There is no such task, queue or entry.
        public static var notFound: Self { .init(.notFound) }
        /// The task was revoked or expired before it could run.
        public static var revoked: Self { .init(.revoked) }
        /// The calling Swift task was cancelled.
        public static var cancelled: Self { .init(.cancelled) }

        /// The name of the code.
        public var description: String { self.base.rawValue }

        /// The code with this name; `nil` for one that this version does not know.
        package init?(named name: String) {
            guard let base = Base(rawValue: name) else { return nil }
            self.init(base)
        }
    }
}
