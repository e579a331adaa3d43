import RedisClient

/// The script that finds out whether a script may select a database: it may be out of range, or forbidden by the ACL.
///
/// `ARGV`: the number. The selection ends with the script.
enum SelectScript {
    static let script = RedisScript(name: "select", text: "return redis.call('SELECT', ARGV[1])")
}
