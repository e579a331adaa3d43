extension RedisError {
    /// A sentence with a next step for an error reply.
    static func explanation(of reply: String, prefix: String) -> String {
        let said = Self.withoutArguments(reply)
        guard let step = Self.nextStep(prefix: prefix, reply: reply) else { return "Redis answered: \(said)" }
        return "Redis answered: \(said). \(step)"
    }

    /// The reply without the arguments that Redis quotes for an unknown command: they may be anything.
    private static func withoutArguments(_ reply: String) -> String {
        guard let quoted = reply.firstRange(of: ", with args beginning with") else { return reply }
        return String(reply[..<quoted.lowerBound])
    }

    private static func nextStep(prefix: String, reply: String) -> String? {
        switch prefix {
        case "NOAUTH":
            "Give a password in the URL, for example redis://:password@host:6379/0."
        case "WRONGPASS":
            "Check the user name and the password in the URL."
        // Redis 7 does not say which one; its log of refusals does.
        case "NOPERM" where reply.contains("executing the script"):
            "A command inside a script is forbidden: ACL LOG on the server names it; allow it for this user with ACL SETUSER."
        case "NOPERM":
            "Allow the command, key or channel for this user with ACL SETUSER, or use another user."
        case "OOM":
            "Raise maxmemory or drain the queues; writes work again once there is room."
        case "MISCONF":
            "Redis cannot save to disk: check its log and the space on its disk."
        case "READONLY":
            "This server is a replica: point the URL at the primary."
        case "LOADING":
            "Redis is reading its data from disk; this passes."
        case "BUSY":
            "Another client's script has been running for too long; SCRIPT KILL ends it."
        case "NOREPLICAS":
            "min-replicas-to-write is not met: check the replicas."
        case "MOVED", "ASK":
            "The server is a Redis Cluster, which is not supported yet: use a server that is not in cluster mode."
        case "WRONGTYPE":
            "Another program uses the same key for something else; choose another database or key prefix."
        case "ERR" where reply.hasPrefix("ERR max number of clients reached"):
            "Raise maxclients, or stop clients that are not needed (CLIENT LIST shows them)."
        case "ERR" where reply.hasPrefix("ERR DB index is out of range"):
            "Use a smaller database number in the URL, or raise the server's databases setting."
        case "ERR" where reply.hasPrefix("ERR unknown command"):
            "Redis 6.2 or newer, or Valkey, is needed."
        default:
            nil
        }
    }
}
