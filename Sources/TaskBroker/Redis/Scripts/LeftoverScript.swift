import RedisClient

/// The scripts that look at what Celery leaves behind, in one step, and clear it away in the same step; their answers are those of ``MendScript``.
///
/// Some of it is known by nothing but silence. Redis knows how long nobody has touched a key, unless it is told to count uses instead
/// (`maxmemory-policy` with `lfu`): then nothing is found.
enum LeftoverScript {
    /// Lets replies expire that nobody takes, and removes the binding of their queue.
    ///
    /// Who waits for replies takes them at once, so replies that have lain for a minute have no reader. A queue of kombu's own has no time to
    /// live; one of ours has.
    ///
    /// `KEYS`: the queue, the table of bindings, the permanent ones. `ARGV`: repair, seconds of silence, the member, ms to live.
    static let replies = RedisScript(
        name: "leftover-replies",
        text: #"""
            if redis.call('TYPE', KEYS[1]).ok ~= 'list' or redis.call('PTTL', KEYS[1]) ~= -1 then return 0 end
            local idle = redis.pcall('OBJECT', 'IDLETIME', KEYS[1])
            if type(idle) ~= 'number' or idle < tonumber(ARGV[2]) then return 0 end
            if ARGV[1] ~= '1' then return 1 end
            redis.call('PEXPIRE', KEYS[1], ARGV[4])
            redis.pcall('SREM', KEYS[2], ARGV[3])
            redis.pcall('SREM', KEYS[3], ARGV[3])
            return 2
            """#
    )

    /// Removes the bindings of an exchange whose programs have all gone: kombu's own sweep, for tables of which no task depends.
    ///
    /// `KEYS`: the table, the permanent bindings, the deadlines. `ARGV`: repair, the exchange, `1` if the table may be deleted.
    static let bindings = RedisScript(
        name: "leftover-bindings",
        text: #"""
            local deadline = redis.call('ZSCORE', KEYS[3], ARGV[2])
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            if not deadline or tonumber(deadline) >= now or redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
            if ARGV[3] ~= '1' and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
            if ARGV[1] ~= '1' then return 1 end
            redis.call('DEL', KEYS[1])
            redis.call('ZREM', KEYS[3], ARGV[2])
            return 2
            """#
    )

    /// Tells whether a chord is stuck.
    ///
    /// The silence is that of the set of counted parts, which nobody else reads. That is why it is looked at first, and not counted where the chord is complete.
    ///
    /// `KEYS`: parts, additions, size, counted, claim. `ARGV`: `0`, seconds of silence.
    /// The answer is what is wrong (0 nothing, 1 the body was not sent, 2 parts are lost), how many parts there are, how many there
    /// should be, how many were counted.
    static let chord = RedisScript(
        name: "leftover-chord",
        text: #"""
            local idle = redis.pcall('OBJECT', 'IDLETIME', KEYS[4])
            local size = tonumber(redis.pcall('GET', KEYS[3]) or nil)
            if not size or redis.call('EXISTS', KEYS[5]) == 1 then return {0} end
            local expected = size + (tonumber(redis.pcall('GET', KEYS[2]) or 0) or 0)
            local kind = redis.call('TYPE', KEYS[1]).ok
            local parts = 0
            if kind == 'zset' then parts = redis.call('ZCARD', KEYS[1])
            elseif kind == 'list' then parts = redis.call('LLEN', KEYS[1])
            elseif kind ~= 'none' then return {0} end
            if parts >= expected then
                if type(idle) ~= 'number' or idle < tonumber(ARGV[2]) then return {0} end
                return {1, parts, expected, parts}
            end
            local counted = redis.pcall('SCARD', KEYS[4])
            if type(counted) ~= 'number' or counted <= parts then return {0} end
            return {2, parts, expected, counted}
            """#
    )
}
