import RedisClient

/// The script that prolongs leases.
///
/// `KEYS`: the lease key of each list. `ARGV`: the lease in ms, then per list the number of claims and their ids.
/// The answer is the ids of the claims that are lost. A lost lease is never made anew.
enum RenewScript {
    static let script = RedisScript(
        name: "renew",
        text: #"""
            local time = redis.call('TIME')
            local deadline = time[1] * 1000 + math.floor(time[2] / 1000) + ARGV[1]
            local at, lost = 2, {}
            for _, lease in ipairs(KEYS) do
                local last = at + ARGV[at]
                local scores = redis.call('ZMSCORE', lease, unpack(ARGV, at + 1, last))
                local live, deadlines = {}, {}
                for i = at + 1, last do
                    if scores[i - at] then
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
    /// Writes the keys and arguments for claims, given the lease key of each.
    static func encode(
        _ claims: [(id: String, leaseKey: String)],
        lease: Int64
    ) -> (keys: [String], arguments: RESPArguments) {
        var keys: [String] = []
        var ids: [[String]] = []
        var places: [String: Int] = [:]
        for claim in claims {
            if let place = places[claim.leaseKey] {
                ids[place].append(claim.id)
            } else {
                places[claim.leaseKey] = keys.count
                keys.append(claim.leaseKey)
                ids.append([claim.id])
            }
        }
        var arguments = RESPArguments()
        arguments.append(lease)
        for group in ids {
            arguments.append(group.count)
            for id in group { arguments.append(id) }
        }
        return (keys, arguments)
    }
}
