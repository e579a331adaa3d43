import RedisClient

/// The script that finds out which of the commands that scripts run are forbidden to the user.
///
/// Redis takes nothing back: a script that meets a forbidden command leaves what it has done before, such as a message that it has taken from
/// its list and noted nowhere. So the rights are tried out first, on a key that never exists.
///
/// `KEYS`: a key beside a list and one of a batch, which nobody uses; they are gone afterwards. The answer is the names of the forbidden commands.
enum RightsScript {
    static let script = RedisScript(
        name: "rights",
        text: #"""
            local key, forbidden = KEYS[1], {}
            local function try(command, ...)
                local reply = redis.pcall(command, ...)
                local text = type(reply) == 'table' and reply.err or ''
                -- Redis 6.2 says it without the prefix.
                if string.find(text, 'NOPERM', 1, true) or string.find(text, "can't run this command", 1, true) then
                    forbidden[#forbidden + 1] = command
                end
            end
            -- First, as a write that needs no memory: then the others work at maxmemory, too.
            try('DEL', key)
            try('TIME')
            try('EXISTS', key)
            try('LPUSH', key, '')
            try('RPUSH', key, '')
            try('LLEN', key)
            try('RPOP', key, 2)
            redis.pcall('DEL', key)
            -- A user may be kept from the names of batches alone.
            local batch = KEYS[2]
            try('DEL', batch)
            try('LPUSH', batch, '')
            try('LMOVE', batch, batch, 'RIGHT', 'LEFT')
            try('SORT', batch, 'BY', 'nosort', 'LIMIT', 0, 1, 'STORE', batch)
            try('LTRIM', batch, 0, 0)
            try('LINDEX', batch, 0)
            try('LRANGE', batch, 0, -1)
            try('LPOS', batch, '', 'COUNT', 0)
            try('LSET', batch, 0, 'a')
            redis.pcall('DEL', batch)
            redis.pcall('DEL', key)
            try('HSET', key, 'a', 1)
            try('HINCRBY', key, 'a', 1)
            try('HGET', key, 'a')
            try('HMGET', key, 'a')
            try('HLEN', key)
            try('HEXISTS', key, 'a')
            try('HDEL', key, 'a')
            redis.pcall('DEL', key)
            try('ZADD', key, 1, 'a')
            try('ZMSCORE', key, 'a')
            try('ZCARD', key)
            try('ZRANGE', key, 0, 0)
            try('ZRANGEBYSCORE', key, 0, 1)
            try('ZREVRANGE', key, 0, 0)
            try('ZREM', key, 'a')
            redis.pcall('DEL', key)
            try('SET', key, '')
            try('GET', key)
            try('EXPIRE', key, 1)
            try('PEXPIRE', key, 1000)
            redis.pcall('DEL', key)
            return forbidden
            """#
    )
}
