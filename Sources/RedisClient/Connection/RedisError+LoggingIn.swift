extension RedisError {
    /// Creates the error for a refused login.
    ///
    /// Redis' own words are right about the cause and do not say what to do.
    init(loggingInTo url: RedisURL, command: String, reply: String) {
        let prefix = reply.prefix { $0 != " " }
        switch (command, prefix) {
        case ("AUTH", "WRONGPASS"):
            self.init(
                reply: reply,
                message: "Redis at \(url.address) refused the password (\(prefix)): check the user name and the "
                    + "password in the URL; ACL LIST on the server shows its users.",
                remedy: .operator
            )
        case ("AUTH", "ERR"):
            self.init(
                reply: reply,
                message: "Redis at \(url.address) has no password set for this user, but the URL gives one: "
                    + "remove it from the URL, or set requirepass or an ACL user on the server.",
                remedy: .operator
            )
        case (_, "NOAUTH"):
            self.init(
                reply: reply,
                message: "Redis at \(url.address) requires a password (NOAUTH): give it in the URL, "
                    + "for example redis://:password@\(url.address)/\(url.database)."
            )
        default:
            let explanation = Self.explanation(of: reply, prefix: String(prefix))
            self.init(reply: reply, message: "Cannot use Redis at \(url.address). \(explanation)")
        }
    }

    /// Creates the error for a connection that ended, or stayed silent, before the login was answered.
    ///
    /// The usual cause is that one side speaks TLS and the other does not. A server that is full says so and hangs up; its
    /// words are lost if our first write meets the closed connection.
    init(endOfLogin error: RedisError, at url: RedisURL) {
        // A connection that ended before the login was written refuses it, for the reason it ended.
        let cause = error.underlyingError as? RedisError ?? error
        switch (cause.code, url.tls) {
        case (.connectionClosed, nil):
            self.init(
                .connectionFailed,
                "Redis at \(url.address) ended the connection before it answered: if it expects TLS on this port, use "
                    + "rediss://; otherwise its maxclients may be reached, which its log tells.",
                underlyingError: cause
            )
        case (.deadlineExceeded, nil):
            self.init(
                .connectionFailed,
                "Redis at \(url.address) accepted the connection but does not answer: "
                    + "it hangs, or another program listens on this port.",
                underlyingError: cause
            )
        case (.deadlineExceeded, .some):
            self.init(
                .connectionFailed,
                "Redis at \(url.address) did not complete the TLS handshake: "
                    + "if it does not speak TLS on this port, use redis://, or its tls-port.",
                underlyingError: cause
            )
        default:
            self = cause
        }
    }
}
