/// Why a message has no place to go, or a worker no queue to consume.
///
/// Routing does no I/O, so there is never an underlying error. Equality is by ``code`` only.
public struct RoutingError: Error {
    /// What kind of error this is.
    public let code: Code
    /// What is wrong, with the offending name, and what to do about it.
    public let message: String

    private init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}

extension RoutingError {
    /// The kinds of routing errors.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code.
        public let description: String

        /// A name is empty, too long or contains control characters.
        public static let invalidName = Code(description: "invalidName")
        /// The binding key of a topic exchange has a `*` inside a word.
        public static let invalidTopicKey = Code(description: "invalidTopicKey")
        /// A queue is not declared and may not be created; Celery's `QueueNotFound`.
        public static let queueNotFound = Code(description: "queueNotFound")
        /// An exchange was given without routing key or queue.
        public static let missingRoutingKey = Code(description: "missingRoutingKey")
    }
}

extension RoutingError: Equatable {
    /// Compares the codes.
    public static func == (left: RoutingError, right: RoutingError) -> Bool {
        left.code == right.code
    }
}

extension RoutingError: CustomStringConvertible {
    /// The code and the message.
    public var description: String { "\(self.code): \(self.message)" }
}

// MARK: Messages

extension RoutingError {
    static func invalidName(_ name: String, _ kind: WireName.Kind, because reason: String) -> RoutingError {
        RoutingError(
            .invalidName,
            "The \(kind.rawValue) name \(WireName.quoted(name)) \(reason). "
                + "Use 1 to \(WireName.maximumLength) bytes without control characters."
        )
    }

    static func invalidTopicKey(_ key: String, queue: String) -> RoutingError {
        RoutingError(
            .invalidTopicKey,
            "The routing key \(WireName.quoted(key)) of queue \(WireName.quoted(queue)) has a `*` inside a word. "
                + "Let `*` stand alone between dots, for one word, or use `#` for any number of words."
        )
    }

    static func queueNotFound(_ name: String) -> RoutingError {
        RoutingError(
            .queueNotFound,
            "Queue \(WireName.quoted(name)) missing from task_queues. "
                + "Declare it in the app's queues, or allow missing queues to be created."
        )
    }

    static func missingRoutingKey(exchange: String) -> RoutingError {
        RoutingError(
            .missingRoutingKey,
            "The exchange \(WireName.quoted(exchange)) needs a routing key to select a queue. "
                + "Give a routing key as well, or the name of a queue instead."
        )
    }

    static func cannotSelect(_ name: String, from names: [String]) -> RoutingError {
        RoutingError(
            .queueNotFound,
            "Trying to select queue subset of \(self.list(names)), but queue \(WireName.quoted(name)) isn't declared. "
                + "Declare it in the app's queues, or allow missing queues to be created."
        )
    }

    static func cannotDeselect(_ name: String, from names: [String]) -> RoutingError {
        RoutingError(
            .queueNotFound,
            "Trying to deselect queue subset of \(self.list(names)), "
                + "but queue \(WireName.quoted(name)) isn't declared. "
                + "Exclude only queues that the app declares or that are selected."
        )
    }

    private static func list(_ names: [String]) -> String {
        "[" + names.prefix(16).map(WireName.quoted).joined(separator: ", ") + (names.count > 16 ? ", …]" : "]")
    }
}
