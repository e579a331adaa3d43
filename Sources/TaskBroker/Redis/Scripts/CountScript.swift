import RedisClient

/// The script that counts what lies in and beside a list, at one moment: what a worker takes or gives back meanwhile would count twice or not
/// at all. (Of more batches than one call looks at, the others are counted afterwards.)
///
/// `KEYS`: list, lease, infl, eta, park, dead, meta. `ARGV`: how many batches to leave out, how many to look at.
/// The answer is how many messages wait, how many of the batches' have not ended, how many batches there were, how many messages are delayed,
/// parked and dead, and `1` if the queue is paused. A key of a wrong type counts as empty.
enum CountScript {
    static let script = RedisScript(
        name: "count",
        text: BatchLua.gone + BatchLua.foreign + BatchLua.look + #"""
            local function count(...)
                local found = redis.pcall(...)
                return type(found) == 'number' and found or 0
            end
            local batches, held = redis.pcall('ZRANGE', KEYS[2], ARGV[1], ARGV[1] + ARGV[2] - 1), 0
            for _, batch in ipairs(batches) do
                local length, _, ended = lookAt(KEYS[3] .. ':' .. batch)
                held = held + length - ended
            end
            return {
                count('LLEN', KEYS[1]), held, #batches, count('ZCARD', KEYS[4]), count('HLEN', KEYS[5]), count('ZCARD', KEYS[6]),
                count('HEXISTS', KEYS[7], 'paused'),
            }
            """#
    )
}
