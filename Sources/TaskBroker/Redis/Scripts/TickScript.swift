import RedisClient

/// The script that every worker runs about once a second: it brings back what is due and what was left behind.
///
/// | `KEYS` | `ARGV` |
/// | --- | --- |
/// | a key that never exists | lease in ms, bound for the messages moved per list and reason, number of lists, `1` if this goes on |
/// | | with a round that reached the bound |
/// | list, infl, lease, dlv, meta, beat, eta, etam, park, dead, deadm, wait per list | |
///
/// The answer is `[now, has work, ms until the next message is due or -1, 1 if a bound was reached, [blocked list, …],
/// [key, …], [list, count, …]]`. The keys are those that hold something of another type: their lists are blocked, and nothing of them
/// is moved. The counts are of entries that came back without the bytes of their messages.
enum TickScript {
    static let script = RedisScript(
        name: "tick",
        text: BatchLua.gone + BatchLua.messages + ObstacleLua.find + #"""
            -- A first write that needs no memory makes the whole script pass at maxmemory.
            redis.call('DEL', KEYS[1])
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local duration, bound, lists = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
            local isContinued = ARGV[4] == '1'
            local hasWork, nextDue, isBounded, blocked, broken, missing = 0, -1, 0, {}, {}, {}

            local function noteMissing(index, count)
                if count > 0 then missing[#missing + 1], missing[#missing + 2] = index, count end
            end

            -- Moves what is due; returns how much, and the next time.
            local function promote(index, list, eta, etam, park)
                local first, count = redis.call('ZRANGE', eta, 0, 0, 'WITHSCORES'), 0
                if first[2] and tonumber(first[2]) <= now then
                    local due = redis.call('ZRANGEBYSCORE', eta, '-inf', now, 'LIMIT', 0, bound)
                    redis.call('ZREM', eta, unpack(due))
                    redis.call('HDEL', park, unpack(due))
                    -- To the head of the list, the first of them foremost.
                    local raws, found = redis.call('HMGET', etam, unpack(due)), {}
                    for i = #due, 1, -1 do
                        if raws[i] then found[#found + 1] = raws[i] end
                    end
                    redis.call('HDEL', etam, unpack(due))
                    if #found > 0 then redis.call('RPUSH', list, unpack(found)) end
                    if #due >= bound then isBounded = 1 end
                    count = #found
                    noteMissing(index, #due - count)
                    first = redis.call('ZRANGE', eta, 0, 0, 'WITHSCORES')
                end
                return count, tonumber(first[2])
            end

            -- Takes back what is left of a batch, in its order; returns how many messages that is.
            local function takeBack(index, list, infl, lease, dlv, batch)
                local held = infl .. ':' .. batch
                local found, length = messagesOf(held)
                if #found > 0 then redis.call('RPUSH', list, unpack(found)) end
                if length == 0 then
                    noteMissing(index, 1)
                else
                    -- What is more than a batch stays, and `fsck` finds it.
                    redis.call('LTRIM', held, 0, -\#(ClaimBatch.maximumSize) - 1)
                end
                redis.call('ZREM', lease, batch)
                for _, raw in ipairs(found) do redis.pcall('HINCRBY', dlv, redis.sha1hex(raw), 1) end
                return #found
            end

            -- Takes back batches whose leases have run out, each as a whole; returns how many messages they had.
            local function reap(index, list, infl, lease, dlv)
                local over, last, planned, count = redis.call('ZRANGEBYSCORE', lease, '-inf', now, 'LIMIT', 0, bound), 0, 0, 0
                while last < #over and planned < bound do
                    last = last + 1
                    local length = redis.pcall('LLEN', infl .. ':' .. over[last])
                    if type(length) == 'number' then planned = planned + math.min(length, \#(ClaimBatch.maximumSize)) end
                end
                if planned >= bound or #over >= bound then isBounded = 1 end
                -- Who ran out first is served first.
                for k = last, 1, -1 do count = count + takeBack(index, list, infl, lease, dlv, over[k]) end
                return count
            end

            -- Nobody can renew while Redis is down: after a gap in the beat every holder gets one lease of time.
            local function mayReap(beat)
                local beats = redis.call('HMGET', beat, 'at', 'hold')
                local gap, hold = now - tonumber(beats[1] or 0), tonumber(beats[2] or 0)
                local isGap = gap < 0 or gap > math.max(3000, duration / 6)
                if not isGap and gap <= 400 and not isContinued then return false end
                redis.call('HSET', beat, 'at', now)
                if isGap then redis.call('HSET', beat, 'hold', now + duration) end
                -- Without a beat there is a gap: what is forgotten here costs a lease of waiting and no more.
                redis.call('PEXPIRE', beat, 3600000 + 2 * duration)
                return not isGap and now >= hold
            end

            local function tick(index, list, infl, lease, dlv, meta, beat, eta, etam, park, dead, deadm, wait)
                local found = obstacle('LLEN', list, 'ZCARD', lease, 'HLEN', dlv, 'HLEN', meta,
                    'HLEN', beat, 'ZCARD', eta, 'HLEN', etam, 'HLEN', park, 'ZCARD', dead, 'HLEN', deadm)
                if found then
                    blocked[#blocked + 1], broken[#broken + 1] = index, found
                    return
                end
                -- What has come to somebody who waits is in none of the others yet.
                if redis.call('EXISTS', list, lease, eta, wait) == 0 then
                    -- The counters of messages that others took (Python workers, a purge) go when nothing is left.
                    redis.call('DEL', dlv)
                    return
                end
                local length = redis.call('LLEN', list)
                local promoted, due = promote(index, list, eta, etam, park)
                length = length + promoted
                if due then
                    local wait = math.max(0, due - now)
                    if nextDue < 0 or wait < nextDue then nextDue = wait end
                end
                if redis.call('EXISTS', lease) == 1 and mayReap(beat) then
                    length = length + reap(index, list, infl, lease, dlv)
                end

                if redis.call('HGET', meta, 'paused') then
                    blocked[#blocked + 1] = index
                elseif length > 0 then
                    hasWork = 1
                end
            end

            for index = 0, lists - 1 do tick(index, unpack(KEYS, 12 * index + 2, 12 * index + 13)) end
            return {now, hasWork, nextDue, isBounded, blocked, broken, missing}
            """#
    )
}

extension TickScript {
    /// How many messages one round moves per list and reason; keeps the script under a millisecond or two.
    private static let bound = 100

    /// What one round found.
    struct Reply: Sendable {
        /// Whether a list has messages that may be taken.
        var hasWork: Bool
        /// How long until the next delayed message is due, in ms.
        var nextDue: Int64?
        /// Whether there was more to move than one round does.
        var isBounded: Bool
        /// The indices of the domains that may not be taken from.
        var blocked: [Int]
        /// The keys that hold something of another type.
        var broken: [String]
        /// By the indices of their domains, how many messages had lost their bytes.
        var missing: [Int: Int]
    }

    /// Writes the keys and arguments of a round.
    static func encode(
        _ domains: [ClaimDomain],
        lease: Int64,
        isContinued: Bool
    ) -> (keys: [String], arguments: RESPArguments) {
        var keys = domains.prefix(1).map(\.absent)
        for domain in domains {
            keys += [domain.list, domain.infl, domain.lease, domain.dlv, domain.meta, domain.beat]
            keys += [domain.eta, domain.etam, domain.park, domain.dead, domain.deadm, domain.wait]
        }
        var arguments = RESPArguments()
        arguments.append(lease)
        arguments.append(self.bound)
        arguments.append(domains.count)
        arguments.append(isContinued ? "1" : "0")
        return (keys, arguments)
    }

    /// Reads the answer; `nil` if it is none.
    static func decode(_ value: RESPValue) -> Reply? {
        guard let parts = value.array, parts.count == 7, let nextDue = parts[2].integer,
            let blocked = parts[4].array, let broken = parts[5].array, let missing = parts[6].array
        else { return nil }
        let counts = missing.compactMap { $0.integer.flatMap(Int.init(exactly:)) }
        return Reply(
            hasWork: parts[1].integer == 1,
            nextDue: nextDue < 0 ? nil : nextDue,
            isBounded: parts[3].integer == 1,
            blocked: blocked.compactMap { $0.integer.flatMap(Int.init(exactly:)) },
            broken: broken.compactMap(\.string),
            missing: Dictionary(
                stride(from: 0, to: counts.count - 1, by: 2).map { (counts[$0], counts[$0 + 1]) },
                uniquingKeysWith: +
            )
        )
    }
}
