import RedisClient

/// The script that counts what lies in and beside a list, at one moment: what a worker takes or gives back meanwhile would count twice or not
/// at all. (Of more batches than one call looks at, the others are counted afterwards.)
///
/// `KEYS`: list, lease, infl, eta, park, dead, meta, wait. `ARGV`: how many batches to leave out, how many to look at.
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
            local function heldIn(batches)
                local sum = 0
                for _, batch in ipairs(batches) do
                    local length, _, ended = lookAt(KEYS[3] .. ':' .. batch)
                    sum = sum + length - ended
                end
                return sum
            end
            local batches = redis.pcall('ZRANGE', KEYS[2], ARGV[1], ARGV[1] + ARGV[2] - 1)
            local held = heldIn(batches)
            -- What has just come to somebody who waits has no lease yet; as many wait as there are idle workers.
            if ARGV[1] == '0' then held = held + heldIn(redis.pcall('ZRANGE', KEYS[8], 0, 99)) end
            return {
                count('LLEN', KEYS[1]), held, #batches, count('ZCARD', KEYS[4]), count('HLEN', KEYS[5]), count('ZCARD', KEYS[6]),
                count('HEXISTS', KEYS[7], 'paused'),
            }
            """#
    )
}
