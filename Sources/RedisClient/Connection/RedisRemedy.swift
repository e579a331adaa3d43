/// What has to happen before a failed command can succeed.
///
/// Redis tells its errors apart by their first word only. The classes are those of the design's R11; they decide how
/// long the client waits before it tries again, and what a caller may do about it.
package enum RedisRemedy: Hashable, Sendable {
    /// The same server will answer later: it is loading, out of memory, or busy with a script.
    case retryHere
    /// Resolve the address again and reconnect: this server is gone, or is no longer the primary.
    case reconnect
    /// The key lives on another node of the cluster, which the message names.
    case redirect
    /// A person has to change a password, an ACL, a certificate or a limit.
    case `operator`
    /// We, or the script, asked for something that can never work.
    case bug
}

extension RedisRemedy {
    /// The class of an error reply, by its prefix; an unknown one is worth another try on the same server.
    ///
    /// - Parameters:
    ///   - prefix: The first word of the error reply, such as `WRONGTYPE`.
    ///   - message: The whole error reply: Redis reports some conditions under the catch-all prefix `ERR`.
    static func of(prefix: String, message: String) -> RedisRemedy {
        switch prefix {
        case "READONLY", "MASTERDOWN", "UNBLOCKED": .reconnect
        case "MOVED", "ASK": .redirect
        case "NOAUTH", "WRONGPASS", "NOPERM", "DENIED": .operator
        case "WRONGTYPE", "NOSCRIPT", "CROSSSLOT": .bug
        case "ERR" where message.hasPrefix("ERR max number of clients reached"): .operator
        // Redis 6.2 puts an error that a script meets into a sentence.
        case "ERR" where message.contains(": WRONGTYPE "): .bug
        case "ERR" where message.hasPrefix("ERR DB index is out of range"): .operator
        default: .retryHere
        }
    }
}
