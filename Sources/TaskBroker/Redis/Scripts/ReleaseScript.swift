import RedisClient

/// The script that brings delayed messages back to the head of their list before they are due.
///
/// `KEYS`: list, eta, etam, park. `ARGV`: the ids, at most 100. The answer is how many came back.
enum ReleaseScript {
    static let script = RedisScript(
        name: "release",
        text: #"""
            -- Somebody keeps something else under the name of the list: what is delayed stays so, and no other queue suffers.
            if type(redis.pcall('LLEN', KEYS[1])) == 'table' then return 0 end
            local count = 0
            for _, id in ipairs(ARGV) do
                if redis.call('ZREM', KEYS[2], id) == 1 then
                    local raw = redis.call('HGET', KEYS[3], id)
                    redis.call('HDEL', KEYS[3], id)
                    redis.call('HDEL', KEYS[4], id)
                    if raw then
                        redis.call('RPUSH', KEYS[1], raw)
                        count = count + 1
                    end
                end
            end
            return count
            """#
    )
}
