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

    /// Finds batches without messages, and claims whose messages are in another place as well.
    ///
    /// `KEYS`: lease, infl, other messages. `ARGV`: cursor, about how many.
    /// The answer is the next cursor, how many there were, the batches without messages, the claims whose messages are elsewhere.
    static let batches = RedisScript(
        name: "pair-batches",
        text: #"""
            local page = redis.call('ZSCAN', KEYS[1], ARGV[1], 'COUNT', ARGV[2])
            local lost, doubled = {}, {}
            for i = 1, #page[2], 2 do
                local batch = page[2][i]
                local length = redis.pcall('LLEN', KEYS[2] .. ':' .. batch)
                if length == 0 then lost[#lost + 1] = batch end
                for number = 1, type(length) == 'number' and math.min(length, \#(ClaimBatch.maximumSize)) or 0 do
                    local id, found = batch .. ':' .. number, 0
                    for k = 3, #KEYS do found = found + redis.call('HEXISTS', KEYS[k], id) end
                    if found > 0 then doubled[#doubled + 1] = id end
                end
            end
            return {page[1], #page[2] / 2, lost, doubled}
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
