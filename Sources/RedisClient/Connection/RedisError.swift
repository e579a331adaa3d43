/// Why a command, a connection or a URL did not work.
///
/// The message is a sentence for the person who has to act: it says what happened, where, and what to do next. It never
/// contains a password or an argument of a command.
package struct RedisError: Error, Sendable {
    /// What kind of failure it is.
    package let code: Code
    /// What happened and what to do about it.
    package let message: String
    /// The first word of the error reply, such as `WRONGTYPE`, when the server sent one.
    package let serverPrefix: String?
    /// What has to happen before the same command can succeed.
    package let remedy: RedisRemedy
    /// Whether the command may have run although no reply arrived.
    ///
    /// `true` once its bytes were handed to the socket. Whoever repeats such a command must make it idempotent.
    package private(set) var mayHaveExecuted: Bool
    /// Whether it tells why there is no connection, and answers no command.
    package private(set) var isOutage = false
    /// The error of the layer below: NIO, TLS or the parser.
    package let underlyingError: (any Error)?

    /// Creates an error of which no server has said anything.
    package init(
        _ code: Code,
        _ message: String,
        remedy: RedisRemedy? = nil,
        mayHaveExecuted: Bool = false,
        underlyingError: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.serverPrefix = nil
        self.remedy = remedy ?? code.usualRemedy
        self.mayHaveExecuted = mayHaveExecuted
        self.underlyingError = underlyingError
    }

    /// Creates the error for an error reply.
    ///
    /// - Parameters:
    ///   - reply: The text of the reply, its prefix first.
    ///   - message: What happened and what to do; made from the reply when absent.
    ///   - remedy: The remedy where the situation says more than the prefix.
    package init(reply: String, message: String? = nil, remedy: RedisRemedy? = nil) {
        let prefix = String(reply.prefix { $0 != " " })
        self.code = .server
        self.message = message ?? Self.explanation(of: reply, prefix: prefix)
        self.serverPrefix = prefix
        self.remedy = remedy ?? .of(prefix: prefix, message: reply)
        self.mayHaveExecuted = false
        self.underlyingError = nil
    }
}

extension RedisError {
    /// What kind of failure a ``RedisError`` is.
    package struct Code: Hashable, Sendable, CustomStringConvertible {
        /// The name of the code, as logs and metrics show it.
        package let description: String

        /// The URL cannot be understood.
        package static let invalidURL = Code(description: "invalidURL")
        /// The URL switches off the verification of certificates, which nobody has allowed.
        package static let insecureTLS = Code(description: "insecureTLS")
        /// No connection could be made: refused, unknown host, TLS.
        package static let connectionFailed = Code(description: "connectionFailed")
        /// The connection ended before the reply.
        package static let connectionClosed = Code(description: "connectionClosed")
        /// The reply did not come in time.
        package static let deadlineExceeded = Code(description: "deadlineExceeded")
        /// Redis answered with an error.
        package static let server = Code(description: "server")
        /// What came back is not RESP2, or not a reply to what was asked.
        package static let protocolViolation = Code(description: "protocolViolation")
        /// The task that waited was cancelled.
        package static let cancelled = Code(description: "cancelled")

        fileprivate var usualRemedy: RedisRemedy {
            switch self {
            case .invalidURL, .insecureTLS: .operator
            case .connectionFailed, .connectionClosed: .reconnect
            case .protocolViolation: .bug
            // A silent connection is replaced without the caller; a cancelled caller has nothing to repair.
            default: .retryHere
            }
        }
    }
}

extension RedisError {
    /// The same error about a command whose bytes have been handed to the socket.
    func afterSending() -> RedisError {
        var copy = self
        copy.mayHaveExecuted = true
        return copy
    }

    /// The same error as the reason why there is no connection.
    func asOutage() -> RedisError {
        var copy = self
        copy.isOutage = true
        return copy
    }
}

extension RedisError {
    /// The reason of a connection that was closed to make room for another one.
    static var replaced: RedisError {
        RedisError(.connectionClosed, "The connection to Redis was replaced by its owner: nothing came of it.")
    }
}

extension RedisError: CustomStringConvertible {
    /// The message.
    package var description: String { self.message }
}
