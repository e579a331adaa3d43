import RedisClient

/// The script that prolongs leases.
///
/// A batch that a waiting claim has filled gets its first lease here, unless that has happened before.
///
/// `KEYS`: of each list the keys lease, wait and infl. `ARGV`: the lease in ms, then per list the number of batches and their names.
/// The answer is the batches that are lost, with all claims that were left in them. A lost lease is never made anew.
enum RenewScript {
    static let script = RedisScript(
        name: "renew",
        text: #"""
            local time = redis.call('TIME')
            local deadline = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
            local at, lost = 2, {}

            local function isUnleased(wait, held, batch)
                local length = redis.pcall('LLEN', held .. ':' .. batch)
                return type(length) == 'number' and length > 0 and redis.pcall('ZREM', wait, batch) ~= 0
            end

            for k = 1, #KEYS, 3 do
                local lease, wait, infl = KEYS[k], KEYS[k + 1], KEYS[k + 2]
                local last = at + ARGV[at]
                local scores = redis.pcall('ZMSCORE', lease, unpack(ARGV, at + 1, last))
                local live, deadlines = {}, {}
                -- While somebody keeps something else under this name, nobody can take the claims away.
                for i = at + 1, scores.err and at or last do
                    if scores[i - at] or isUnleased(wait, infl, ARGV[i]) then
                        live[#live + 1] = ARGV[i]
                        deadlines[#deadlines + 1], deadlines[#deadlines + 2] = deadline, ARGV[i]
                    else
                        lost[#lost + 1] = ARGV[i]
                    end
                end
                if #live > 0 then
                    -- Removing first keeps the script alive at maxmemory, where ZADD as the first write would be refused
                    -- and every lease in the fleet would run out.
                    redis.call('ZREM', lease, unpack(live))
                    redis.call('ZADD', lease, unpack(deadlines))
                end
                at = last + 1
            end
            return lost
            """#
    )
}

extension RenewScript {
    /// Writes the keys and arguments for batches, given the domain of each.
    static func encode(
        _ batches: some Sequence<(name: String, domain: ClaimDomain)>,
        lease: Int64
    ) -> (keys: [String], arguments: RESPArguments) {
        var keys: [String] = []
        var names: [[String]] = []
        var places: [String: Int] = [:]
        for batch in batches {
            if let place = places[batch.domain.lease] {
                names[place].append(batch.name)
            } else {
                places[batch.domain.lease] = names.count
                keys += [batch.domain.lease, batch.domain.wait, batch.domain.infl]
                names.append([batch.name])
            }
        }
        var arguments = RESPArguments()
        arguments.append(lease)
        for group in names {
            arguments.append(group.count)
            for name in group { arguments.append(name) }
        }
        return (keys, arguments)
    }
}
