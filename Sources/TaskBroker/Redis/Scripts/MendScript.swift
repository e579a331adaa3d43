import RedisClient

/// The scripts that look at one suspicion in one step, and repair it in the same step.
///
/// The first of `ARGV` is `1` to repair. They answer 0 for what is not there (any more), 1 for what is there, 2 for what they repaired, 3
/// for what must not be touched yet. A key of a wrong type makes them answer 0: it is damage of its own. Whatever they repair begins with
/// a write that needs no memory, so that they work at maxmemory.
enum MendScript {
    /// Removes an entry whose message is gone.
    ///
    /// `KEYS`: times, messages. `ARGV`: repair, id.
    static let lostMessage = RedisScript(
        name: "mend-lost-message",
        text: Self.types
            + #"""
            if not (isType(KEYS[1], 'zset') and isType(KEYS[2], 'hash')) then return 0 end
            local score = redis.call('ZSCORE', KEYS[1], ARGV[2])
            if not score or redis.call('HEXISTS', KEYS[2], ARGV[2]) == 1 then return 0 end
            if ARGV[1] ~= '1' then return 1 end
            redis.call('ZREM', KEYS[1], ARGV[2])
            return 2
            """#
    )

    /// Removes the lease of a batch of which nothing is left.
    ///
    /// The lease is left to its end before: its worker has the messages and may still finish the tasks.
    ///
    /// `KEYS`: lease, infl. `ARGV`: repair, batch.
    static let lostClaims = RedisScript(
        name: "mend-lost-claims",
        text: Self.types
            + #"""
            if not isType(KEYS[1], 'zset') then return 0 end
            local score = redis.call('ZSCORE', KEYS[1], ARGV[2])
            if not score or redis.call('EXISTS', KEYS[2] .. ':' .. ARGV[2]) == 1 then return 0 end
            local time = redis.call('TIME')
            if tonumber(score) > time[1] * 1000 + math.floor(time[2] / 1000) then return 3 end
            if ARGV[1] ~= '1' then return 1 end
            redis.call('ZREM', KEYS[1], ARGV[2])
            return 2
            """#
    )

    /// Gives a batch a lease.
    ///
    /// One that a waiting claim has just filled has its time in another key.
    ///
    /// `KEYS`: lease, infl, wait. `ARGV`: repair, batch, how many ms from now.
    static let lostLease = RedisScript(
        name: "mend-lost-lease",
        text: Self.types
            + #"""
            local batch = ARGV[2]
            local list = KEYS[2] .. ':' .. batch
            if not (isType(KEYS[1], 'zset') and isType(list, 'list')) then return 0 end
            if redis.call('EXISTS', list) == 0 or redis.call('ZSCORE', KEYS[1], batch) then return 0 end
            if isType(KEYS[3], 'zset') and redis.call('ZSCORE', KEYS[3], batch) then return 0 end
            if ARGV[1] ~= '1' then return 1 end
            local time = redis.call('TIME')
            redis.call('ZREM', KEYS[1], batch)
            redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[3], batch)
            return 2
            """#
    )

    /// Gives a message a time.
    ///
    /// `KEYS`: times, messages. `ARGV`: repair, id, how many ms a unit has.
    static let lostTime = RedisScript(
        name: "mend-lost-time",
        text: Self.types
            + #"""
            if not (isType(KEYS[1], 'zset') and isType(KEYS[2], 'hash')) then return 0 end
            if redis.call('HEXISTS', KEYS[2], ARGV[2]) == 0 or redis.call('ZSCORE', KEYS[1], ARGV[2]) then return 0 end
            if ARGV[1] ~= '1' then return 1 end
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            redis.call('ZREM', KEYS[1], ARGV[2])
            redis.call('ZADD', KEYS[1], math.floor(now / ARGV[3]), ARGV[2])
            return 2
            """#
    )

    /// Removes the copy of a message that a worker holds, if it is the same.
    ///
    /// `KEYS`: lease, infl; eta, etam, park; dead, deadm. `ARGV`: repair, id.
    static let doubledMessage = RedisScript(
        name: "mend-doubled-message",
        text: Self.types + BatchLua.gone + BatchLua.place
            + #"""
            local id = ARGV[2]
            local list, number, batch = placeOf(KEYS[2], id)
            if not (number ~= '' and isType(KEYS[1], 'zset') and isType(list, 'list')) then return 0 end
            if not redis.call('ZSCORE', KEYS[1], batch) then return 0 end
            local raw = redis.call('LINDEX', list, '-' .. number)
            if not raw or raw == gone then return 0 end
            local delayed = isType(KEYS[4], 'hash') and redis.call('HGET', KEYS[4], id)
            local dead = isType(KEYS[7], 'hash') and redis.call('HGET', KEYS[7], id)
            if not delayed and not dead then return 0 end
            if ARGV[1] ~= '1' then return 1 end
            local isLeft = false
            if delayed == raw then
                redis.call('HDEL', KEYS[4], id)
                if isType(KEYS[3], 'zset') then redis.call('ZREM', KEYS[3], id) end
                if isType(KEYS[5], 'hash') then redis.call('HDEL', KEYS[5], id) end
            elseif delayed then
                isLeft = true
            end
            local feed = dead and string.find(dead, '\n', 1, true)
            if feed and string.sub(dead, feed + 1) == raw then
                redis.call('HDEL', KEYS[7], id)
                if isType(KEYS[6], 'zset') then redis.call('ZREM', KEYS[6], id) end
            elseif dead then
                isLeft = true
            end
            return isLeft and 1 or 2
            """#
    )

    /// Removes a note about a parked message that is not there.
    ///
    /// `KEYS`: park, eta, etam. `ARGV`: repair, id.
    static let strayParking = RedisScript(
        name: "mend-stray-parking",
        text: Self.types
            + #"""
            local id = ARGV[2]
            if not (isType(KEYS[1], 'hash') and isType(KEYS[2], 'zset') and isType(KEYS[3], 'hash')) then return 0 end
            if redis.call('HEXISTS', KEYS[1], id) == 0 then return 0 end
            if redis.call('ZSCORE', KEYS[2], id) or redis.call('HEXISTS', KEYS[3], id) == 1 then return 0 end
            if ARGV[1] ~= '1' then return 1 end
            redis.call('HDEL', KEYS[1], id)
            return 2
            """#
    )

    /// Removes a counter that is none.
    ///
    /// `KEYS`: dlv. `ARGV`: repair, field.
    static let badCounter = RedisScript(
        name: "mend-bad-counter",
        text: Self.types
            + #"""
            local value = isType(KEYS[1], 'hash') and redis.call('HGET', KEYS[1], ARGV[2])
            if not value or #value <= 15 and string.find(value, '^%d+$') then return 0 end
            if ARGV[1] ~= '1' then return 1 end
            redis.call('HDEL', KEYS[1], ARGV[2])
            return 2
            """#
    )

    /// Keeps a key that would expire, or lets one expire that would stay.
    ///
    /// The only text that lies where something must stay is a seal (``BatchLua/seal``), which expires.
    ///
    /// `KEYS`: the key. `ARGV`: repair, ms to live or nothing to stay.
    static let lifetime = RedisScript(
        name: "mend-lifetime",
        text: #"""
            local left = redis.call('PTTL', KEYS[1])
            if left == -2 or (left == -1) == (ARGV[2] == '') then return 0 end
            if ARGV[2] == '' and redis.call('TYPE', KEYS[1]).ok == 'string' then return 0 end
            if ARGV[1] ~= '1' then return 1 end
            if ARGV[2] == '' then redis.call('PERSIST', KEYS[1]) else redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
            return 2
            """#
    )

    /// Confirms a key of a wrong type.
    ///
    /// `KEYS`: the key. `ARGV`: `0`, the type that it should have.
    static let wrongType = RedisScript(
        name: "mend-wrong-type",
        text: Self.types + "return isType(KEYS[1], ARGV[2]) and 0 or 1"
    )

    /// `isType(key, wanted)`: returns whether a key has a type, or does not exist.
    private static let types = """
        local function isType(key, wanted)
            local found = redis.call('TYPE', key).ok
            return found == wanted or found == 'none'
        end

        """
}
