import Logging
import NIOCore
import Synchronization

/// What is logged about servers that cannot be used: a cause once in ten seconds, however many connections and commands meet it.
package final class RedisOutageLog: Sendable {
    /// A cause that persists is logged again after this time.
    private static let interval = TimeAmount.seconds(10)

    private struct State {
        /// When each cause was logged.
        var times: [String: NIODeadline] = [:]
        /// The connections that are broken.
        var broken: Set<ObjectIdentifier> = []
        /// Whether a broken connection was logged since all of them worked.
        var isReported = false

        mutating func isDue(_ cause: String, at now: NIODeadline) -> Bool {
            if let last = self.times[cause], now < last + RedisOutageLog.interval { return false }
            self.times = self.times.filter { now < $0.value + RedisOutageLog.interval }
            self.times[cause] = now
            return true
        }
    }

    private let state = Mutex(State())

    /// Creates a log that has logged nothing.
    package init() {}
}

// MARK: - Connections

extension RedisOutageLog {
    /// Notes that a connection is broken, and logs the cause if it is time to.
    func note(
        _ cause: RedisError,
        of connection: ObjectIdentifier,
        retryIn pause: Duration,
        _ url: RedisURL,
        to logger: Logger,
        at now: NIODeadline = .now()
    ) {
        let isDue = self.state.withLock { state in
            state.broken.insert(connection)
            guard state.isDue(cause.cause(at: url), at: now) else { return false }
            state.isReported = true
            return true
        }
        guard isDue else { return }
        logger.warning(
            "Redis is not available; trying again",
            metadata: [
                "redis_url": "\(url)", "code": "\(cause.code)", "error": "\(cause.message)", "retry_in": "\(pause)",
            ]
        )
    }

    /// Notes that a connection works again, and says so when it was the last one that did not.
    func noteRecovery(of connection: ObjectIdentifier, _ url: RedisURL, to logger: Logger) {
        let isEnd = self.state.withLock { state in
            guard state.broken.remove(connection) != nil, state.broken.isEmpty, state.isReported else { return false }
            state.isReported = false
            return true
        }
        if isEnd { logger.notice("Redis is available again", metadata: ["redis_url": "\(url)"]) }
    }
}

// MARK: - Replies

extension RedisOutageLog {
    /// Logs an error reply that says something about the server, and not about the command, if it is time to.
    func note(refusal error: RedisError, _ url: RedisURL, to logger: Logger, at now: NIODeadline = .now()) {
        guard error.isCondition, self.state.withLock({ $0.isDue(error.cause(at: url), at: now) }) else { return }
        logger.warning("Redis refuses commands", metadata: ["redis_url": "\(url)", "error": "\(error.message)"])
    }
}

extension RedisError {
    /// What is the same for all connections that the same trouble meets: a reply names the line of a script, too.
    ///
    /// Each right that is missing is a trouble of its own: Redis quotes the command. What is heard from a server that has no room for
    /// clients depends on how far the connection got before that hung up, and is one trouble.
    fileprivate func cause(at url: RedisURL) -> String {
        if self.message.contains("maxclients") { return "\(url) maxclients" }
        let reason = self.serverPrefix ?? self.message
        let detail: String
        switch reason {
        case "ERR": detail = self.message
        case "NOPERM": detail = "\(reason) \(self.message.split(separator: "'").dropFirst().first ?? "")"
        default: detail = reason
        }
        return "\(url) \(detail)"
    }
}
