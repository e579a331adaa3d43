import RedisClient

/// The script that takes messages out of the dead letters of one list.
///
/// `KEYS`: list, dead, deadm. `ARGV`: `1` to put them back to the tail of the list, the ids, at most 100.
/// The answer is how many there were.
enum SettleDeadScript {
    static let script = RedisScript(
        name: "settle-dead",
        text: #"""
            redis.call('LLEN', KEYS[1])
            local count = 0
            for i = 2, #ARGV do
                if redis.call('ZREM', KEYS[2], ARGV[i]) == 1 then
                    local entry = redis.call('HGET', KEYS[3], ARGV[i])
                    redis.call('HDEL', KEYS[3], ARGV[i])
                    local feed = entry and string.find(entry, '\n', 1, true)
                    if feed and ARGV[1] == '1' then redis.call('LPUSH', KEYS[1], string.sub(entry, feed + 1)) end
                    count = count + 1
                end
            end
            return count
            """#
    )
}
