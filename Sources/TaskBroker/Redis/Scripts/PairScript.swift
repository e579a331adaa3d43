import RedisClient

/// The scripts that look for entries of a pair of keys that lack the other half, see ``StoredPair``.
///
/// They return names only, because messages are large. What they find may have changed when the answer arrives.
enum PairScript {
    /// Finds times without messages.
    ///
    /// `KEYS`: times, messages. `ARGV`: cursor, about how many.
    /// The answer is the next cursor, how many there were, those without a message, nothing.
    static let times = RedisScript(
        name: "pair-times",
        text: #"""
            local page = redis.call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
            local lost = {}
            for i = 1, #page[2], 2 do
                if redis.call('HEXISTS', KEYS[2], page[2][i]) == 0 then lost[#lost + 1] = page[2][i] end
            end
            return {page[1], #page[2] / 2, lost, {}}
            """#
    )

    /// Finds batches that lack messages, and claims whose messages are in another place as well.
    ///
    /// `KEYS`: lease, infl, ended, other messages. `ARGV`: cursor, about how many.
    /// The answer is the next cursor, how many there were, the batches that lack messages, the claims whose messages are elsewhere.
    static let batches = RedisScript(
        name: "pair-batches",
        text: BatchLua.size + BatchLua.claims + #"""
            local page = redis.call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
            local lost, doubled = {}, {}
            for i = 1, #page[2], 2 do
                local batch = page[2][i]
                local missing = -(tonumber(redis.call('HGET', KEYS[3], batch) or 0) or 0)
                for _, id in ipairs(claimsOf(batch)) do
                    if redis.call('HEXISTS', KEYS[2], id) == 0 then
                        missing = missing + 1
                    else
                        for k = 4, #KEYS do
                            if redis.call('HEXISTS', KEYS[k], id) == 1 then
                                doubled[#doubled + 1] = id
                                break
                            end
                        end
                    end
                end
                if missing > 0 then lost[#lost + 1] = batch end
            end
            return {page[1], #page[2] / 2, lost, doubled}
            """#
    )

    /// Finds claims whose batch has no lease.
    ///
    /// `KEYS`: lease, infl. `ARGV`: cursor, about how many. The answer is as of ``messages``.
    static let claims = RedisScript(
        name: "pair-claims",
        text: BatchLua.size + BatchLua.batch + #"""
            local page = redis.call('HSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
            local stray = {}
            for i = 1, #page[2], 2 do
                if not redis.call('ZSCORE', KEYS[1], batchOf(page[2][i])) then stray[#stray + 1] = page[2][i] end
            end
            return {page[1], #page[2] / 2, stray}
            """#
    )

    /// Finds messages, or other fields, that have no time.
    ///
    /// `KEYS`: times, a hash. `ARGV`: cursor, about how many.
    /// The answer is the next cursor, how many there were, those without a time.
    static let messages = RedisScript(
        name: "pair-messages",
        text: #"""
            local page = redis.call('HSCAN', KEYS[2], ARGV[1], 'COUNT', ARGV[2])
            local stray = {}
            for i = 1, #page[2], 2 do
                if not redis.call('ZSCORE', KEYS[1], page[2][i]) then stray[#stray + 1] = page[2][i] end
            end
            return {page[1], #page[2] / 2, stray}
            """#
    )

    /// Finds counters that are none.
    ///
    /// `KEYS`: a hash. `ARGV`: cursor, about how many. The answer is as of ``messages``.
    static let counters = RedisScript(
        name: "pair-counters",
        text: #"""
            local page = redis.call('HSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
            local bad = {}
            for i = 1, #page[2], 2 do
                local value = page[2][i + 1]
                if #value > 15 or not string.find(value, '^%d+$') then bad[#bad + 1] = page[2][i] end
            end
            return {page[1], #page[2] / 2, bad}
            """#
    )
}
