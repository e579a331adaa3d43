import RedisClient

extension TaskBrokerError {
    /// Creates the error that callers see for one of Redis.
    ///
    /// - Parameters:
    ///   - error: What went wrong; its message is a sentence for people and free of secrets.
    ///   - isPublishing: Whether messages were on their way, so that a refusal is ``Code/publishRefused``.
    init(_ error: RedisError, isPublishing: Bool = false) {
        let code: Code =
            switch error.code {
            case .invalidURL, .insecureTLS: .invalidConfiguration
            case .cancelled: .cancelled
            case .server where Self.refusals.contains(error.serverPrefix ?? ""): .notPermitted
            case .server where isPublishing: .publishRefused
            default: .brokerUnavailable
            }
        self.init(code, error.message, underlyingError: error)
    }

    /// Whether the server has understood the question and says no, and would say so again.
    ///
    /// What passes by itself is none: a server that loads, is full, cannot write or is busy (`reliability.md` R11, R13). Nor is what
    /// has nothing to do with the question: why there is no connection, or that the command is forbidden altogether.
    var isRefusal: Bool {
        guard let error = self.underlyingError as? RedisError, error.code == .server, !error.isOutage,
            !error.mayHaveExecuted
        else { return false }
        // Of a key or a channel that is forbidden the settlement may be the cause; of a command, also of one in a script, it is not.
        let isCommand = ["permissions to run", "can't run this command"].contains { error.message.contains($0) }
        return error.remedy == .bug || error.serverPrefix == "NOPERM" && !isCommand
    }

    /// Whether the broker serves nobody at the moment, so that no worker can take a lease away from another.
    var concernsEverybody: Bool { (self.underlyingError as? RedisError)?.concernsEverybody ?? false }

    /// How Redis begins its answer to those who may not: a wrong password, none, a forbidden command, key or channel.
    private static let refusals: Set<String> = ["WRONGPASS", "NOAUTH", "NOPERM"]

    /// The error for a reply that is not what a script of ours returns.
    static func unexpectedReply(of script: RedisScript) -> TaskBrokerError {
        TaskBrokerError(
            .brokerUnavailable,
            """
            Redis answered the script "\(script.name)" in an unknown form. Something between us and Redis changes replies, or \
            it is not Redis 6.2 or later.
            """
        )
    }
}
