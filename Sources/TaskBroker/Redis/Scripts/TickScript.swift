import RedisClient

/// The script that every worker runs about once a second: it brings back what is due and what was left behind.
///
/// | `KEYS` | `ARGV` |
/// | --- | --- |
/// | a key that never exists | lease in ms, bound for the messages moved per list and reason, number of lists, `1` if this goes on |
/// | | with a round that reached the bound |
/// | list, infl, lease, dlv, meta, beat, eta, etam, park per list | |
///
/// The answer is `[now, has work, ms until the next message is due or -1, 1 if a bound was reached, [blocked list, …]]`.
enum TickScript {
    static let script = RedisScript(
        name: "tick",
        text: #"""
            -- A first write that needs no memory makes the whole script pass at maxmemory.
            redis.call('DEL', KEYS[1])
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local duration, bound, lists = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
            local isContinued = ARGV[4] == '1'
            local hasWork, nextDue, isBounded, blocked = 0, -1, 0, {}

            -- Puts the messages of `ids` at the head of the list, the first of them foremost.
            local function restore(list, messages, ids)
                local raws, found = redis.call('HMGET', messages, unpack(ids)), {}
                for i = #ids, 1, -1 do
                    if raws[i] then found[#found + 1] = raws[i] end
                end
                redis.call('HDEL', messages, unpack(ids))
                if #found > 0 then redis.call('RPUSH', list, unpack(found)) end
                if #ids == bound then isBounded = 1 end
                return found
            end

            local function tick(index, list, infl, lease, dlv, meta, beat, eta, etam, park)
                if redis.call('EXISTS', list, lease, eta) == 0 then
                    -- The counters of messages that others took (Python workers, a purge) go when nothing is left.
                    redis.call('DEL', dlv)
                    return
                end
                local length = redis.pcall('LLEN', list)
                if type(length) == 'table' then
                    blocked[#blocked + 1] = index
                    return
                end

                local first = redis.call('ZRANGE', eta, 0, 0, 'WITHSCORES')
                if first[2] and tonumber(first[2]) <= now then
                    local due = redis.call('ZRANGEBYSCORE', eta, '-inf', now, 'LIMIT', 0, bound)
                    redis.call('ZREM', eta, unpack(due))
                    redis.call('HDEL', park, unpack(due))
                    length = length + #restore(list, etam, due)
                    first = redis.call('ZRANGE', eta, 0, 0, 'WITHSCORES')
                end
                if first[2] then
                    local wait = math.max(0, tonumber(first[2]) - now)
                    if nextDue < 0 or wait < nextDue then nextDue = wait end
                end

                if redis.call('EXISTS', lease) == 1 then
                    -- Nobody can renew while Redis is down: after a gap in the beat every holder gets one lease of time.
                    local beats = redis.call('HMGET', beat, 'at', 'hold')
                    local gap, hold = now - tonumber(beats[1] or 0), tonumber(beats[2] or 0)
                    if gap < 0 or gap > math.max(3000, duration / 6) then
                        redis.call('HSET', beat, 'at', now, 'hold', now + duration)
                        -- Without a beat there is a gap: what is forgotten here costs a lease of waiting and no more.
                        redis.call('PEXPIRE', beat, 3600000 + 2 * duration)
                    elseif gap > 400 or isContinued then
                        redis.call('HSET', beat, 'at', now)
                        redis.call('PEXPIRE', beat, 3600000 + 2 * duration)
                        if now >= hold then
                            local lost = redis.call('ZRANGEBYSCORE', lease, '-inf', now, 'LIMIT', 0, bound)
                            if #lost > 0 then
                                redis.call('ZREM', lease, unpack(lost))
                                local found = restore(list, infl, lost)
                                for _, raw in ipairs(found) do redis.call('HINCRBY', dlv, redis.sha1hex(raw), 1) end
                                length = length + #found
                            end
                        end
                    end
                end

                if redis.call('HGET', meta, 'paused') then
                    blocked[#blocked + 1] = index
                elseif length > 0 then
                    hasWork = 1
                end
            end

            for index = 0, lists - 1 do tick(index, unpack(KEYS, 9 * index + 2, 9 * index + 10)) end
            return {now, hasWork, nextDue, isBounded, blocked}
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
    }

    /// Writes the keys and arguments of a round.
    static func encode(
        _ domains: [ClaimDomain],
        lease: Int64,
        isContinued: Bool
    ) -> (keys: [String], arguments: RESPArguments) {
        var keys = domains.prefix(1).map(\.absent)
        for domain in domains {
            keys += [domain.list, domain.infl, domain.lease, domain.dlv, domain.meta]
            keys += [domain.beat, domain.eta, domain.etam, domain.park]
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
        guard let parts = value.array, parts.count == 5, let nextDue = parts[2].integer, let blocked = parts[4].array
        else { return nil }
        return Reply(
            hasWork: parts[1].integer == 1,
            nextDue: nextDue < 0 ? nil : nextDue,
            isBounded: parts[3].integer == 1,
            blocked: blocked.compactMap { $0.integer.flatMap(Int.init(exactly:)) }
        )
    }
}
