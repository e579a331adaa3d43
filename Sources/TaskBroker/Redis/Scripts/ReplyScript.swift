import RedisClient

/// The script that pushes a reply to a queue if it is bound, and lets the queue expire.
///
/// `KEYS`: the table of bindings, the queue. `ARGV`: member, ms, payload. The answer is whether it was bound.
enum ReplyScript {
    static let script = RedisScript(
        name: "reply",
        text: #"""
            if redis.call('SISMEMBER', KEYS[1], ARGV[1]) == 0 then return 0 end
            redis.call('LPUSH', KEYS[2], ARGV[3])
            redis.call('PEXPIRE', KEYS[2], ARGV[2])
            return 1
            """#
    )
}
