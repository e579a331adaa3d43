import RedisClient

/// The scripts of a waiting claim: `BLMOVE`, by which Redis gives a worker the next message of a list in the moment in which it arrives.
///
/// A script cannot wait, and what waits cannot make a lease. So the batch that `BLMOVE` fills is entered beforehand, in a sorted set of its own
/// (`wait`) with the time from which on nobody can be waiting any more. Nothing looks at that each second, so that an idle fleet
/// costs no more; the next script, or a tick now and then, sees to what is over (``BatchLua/sweep``). A batch that is given up before it was
/// filled is sealed: a `BLMOVE` that comes late, or that a server still has of a worker that is gone, takes nothing. Each batch is
/// given to `BLMOVE` once (`docs/decisions/0015-waiting-claims.md`).
enum WaitScript {
    /// Enters the batch that the next `BLMOVE` may fill.
    ///
    /// | `KEYS` | `ARGV` |
    /// | --- | --- |
    /// | list, infl, lease, wait, meta, dlv | a lease in ms, for how long `BLMOVE` will wait in ms, the batch or nothing, |
    /// | | a batch of this list that was filled and has no lease of its own yet, or nothing |
    ///
    /// The answer is 1 if the batch may be filled; 0 if there is something to say about the list or its messages, which only a claim can do.
    static let enter = RedisScript(
        name: "wait",
        text: BatchLua.foreign + BatchLua.seal + BatchLua.sweep + #"""
            local infl, lease, wait = KEYS[2], KEYS[3], KEYS[4]
            local duration, patience, batch, filled = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            if filled ~= '' then
                -- Its task may have ended meanwhile.
                local length = redis.pcall('LLEN', infl .. ':' .. filled)
                if type(length) == 'number' and length > 0 then
                    -- First, as a write that needs no memory. The entry goes last: should the lease be refused, it still tells of the batch.
                    redis.call('ZREM', wait, '')
                    redis.call('ZADD', lease, now + duration, filled)
                end
                redis.call('ZREM', wait, filled)
            end
            sweep(infl, lease, wait, now)
            if batch == '' or redis.call('EXISTS', KEYS[5], KEYS[6]) > 0 then return 0 end
            redis.call('ZADD', wait, now + patience + duration, batch)
            return 1
            """#
    )

    /// Gives back what a batch was filled with, or lets nothing be moved into it any more.
    ///
    /// `KEYS`: list, infl, lease, wait. `ARGV`: the batch. The answer is how many messages went back.
    static let abandon = RedisScript(
        name: "wait-abandon",
        text: BatchLua.foreign + BatchLua.seal + #"""
            local held = KEYS[2] .. ':' .. ARGV[1]
            -- First, as a write that needs no memory.
            redis.call('ZREM', KEYS[3], ARGV[1])
            local count = 0
            -- What is no list is the seal of somebody who was here before.
            if not isForeign(redis.pcall('LLEN', held)) then
                if redis.call('LMOVE', held, KEYS[1], 'RIGHT', 'RIGHT') then count = 1 else seal(held) end
            end
            redis.call('ZREM', KEYS[4], ARGV[1])
            return count
            """#
    )

    /// Sees to what nobody waits for any more.
    ///
    /// `KEYS`: of each list the keys infl, lease and wait. The answer is how many batches that were.
    static let sweep = RedisScript(
        name: "wait-sweep",
        text: BatchLua.foreign + BatchLua.seal + BatchLua.sweep + #"""
            local time = redis.call('TIME')
            local now, count = time[1] * 1000 + math.floor(time[2] / 1000), 0
            for i = 1, #KEYS, 3 do count = count + sweep(KEYS[i], KEYS[i + 1], KEYS[i + 2], now) end
            return count
            """#
    )
}
