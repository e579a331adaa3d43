import RedisClient

/// The script that binds a queue which expires, as kombu 5.7 does.
///
/// `KEYS`: the table of bindings, the deadlines. `ARGV`: member, exchange, for how many ms the table is needed at least.
enum BindExpiringScript {
    static let script = RedisScript(
        name: "bind-expiring",
        text: #"""
            redis.call('SADD', KEYS[1], ARGV[1])
            local now = redis.call('TIME')
            local deadline = now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3]
            redis.call('ZADD', KEYS[2], 'GT', string.format('%.0f', deadline), ARGV[2])
            """#
    )

    /// For how long kombu keeps a table at least, whatever the expiry of its queues.
    static let lifetime = Duration.seconds(3600)
}
