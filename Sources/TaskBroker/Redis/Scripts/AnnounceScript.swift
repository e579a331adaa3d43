import RedisClient

/// The script that enters a worker into the registry with Redis's time.
///
/// `KEYS`: the registry. `ARGV`: node name, the record as a JSON object without `seen`.
enum AnnounceScript {
    static let script = RedisScript(
        name: "announce",
        text: #"""
            local time = redis.call('TIME')
            local seen = string.format('%s.%06d', time[1], time[2])
            redis.call('HSET', KEYS[1], ARGV[1], string.sub(ARGV[2], 1, -2) .. ', "seen": ' .. seen .. '}')
            redis.call('EXPIRE', KEYS[1], 60)
            return redis.status_reply('OK')
            """#
    )
}
