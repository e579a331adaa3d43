import RedisClient

/// The script that stops or allows claims from a queue.
///
/// `KEYS`: the meta key of each of its lists. `ARGV`: `1` to pause. The answer is how many lists it changed.
enum PauseScript {
    static let script = RedisScript(
        name: "pause",
        text: #"""
            local time, changed = redis.call('TIME'), 0
            for _, meta in ipairs(KEYS) do
                if ARGV[1] == '1' then
                    changed = changed + redis.call('HSETNX', meta, 'paused', time[1] * 1000 + math.floor(time[2] / 1000))
                else
                    changed = changed + redis.call('HDEL', meta, 'paused')
                end
            end
            return changed
            """#
    )
}
