import RedisClient

/// The script that brings delayed messages back to the head of their list before they are due.
///
/// `KEYS`: list, eta, etam, park. `ARGV`: the ids, at most 100. The answer is how many came back, and how many had lost their bytes.
enum ReleaseScript {
    static let script = RedisScript(
        name: "release",
        text: ObstacleLua.find + #"""
            -- Somebody keeps something else under the name of a key: what is delayed stays so, and no other queue suffers.
            if obstacle('LLEN', KEYS[1], 'ZCARD', KEYS[2], 'HLEN', KEYS[3], 'HLEN', KEYS[4]) then return {0, 0} end
            local count, missing = 0, 0
            for _, id in ipairs(ARGV) do
                if redis.call('ZREM', KEYS[2], id) == 1 then
                    local raw = redis.call('HGET', KEYS[3], id)
                    redis.call('HDEL', KEYS[3], id)
                    redis.call('HDEL', KEYS[4], id)
                    if raw then
                        redis.call('RPUSH', KEYS[1], raw)
                        count = count + 1
                    else
                        missing = missing + 1
                    end
                end
            end
            return {count, missing}
            """#
    )
}
