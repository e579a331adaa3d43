import RedisClient

/// The script that enters revocations into the log and trims it.
///
/// The log is one sorted set. The score of an entry is Redis's clock in ms, or one more than the last score if that is later: no two are
/// equal and none is lower than an older one, so that whoever has read up to a score finds all that came afterwards beyond it.
/// An entry that is entered again moves to the end, unless it is so young that this is the echo of the same call: a
/// producer writes the log and tells all workers, and each of them writes it too.
///
/// `KEYS`: the log. `ARGV`: how long entries are kept in ms, how many are kept, the entries, at most 500.
/// The answer is how many entries were new or moved.
enum RevokeScript {
    static let script = RedisScript(
        name: "revoke",
        text: #"""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local log, lifetime, most = KEYS[1], tonumber(ARGV[1]), tonumber(ARGV[2])
            -- The first write is one that needs no memory: at maxmemory revoking still works.
            redis.call('ZREMRANGEBYSCORE', log, '-inf', now - lifetime)
            local last = redis.call('ZREVRANGE', log, 0, 0, 'WITHSCORES')
            local score, count = math.max(now - 1, tonumber(last[2]) or 0), 0
            for i = 3, #ARGV do
                local known = redis.call('ZSCORE', log, ARGV[i])
                if not known or tonumber(known) < now - math.min(60000, lifetime / 2) then
                    score, count = score + 1, count + 1
                    redis.call('ZADD', log, score, ARGV[i])
                end
            end
            local excess = redis.call('ZCARD', log) - most
            if excess > 0 then redis.call('ZREMRANGEBYRANK', log, 0, excess - 1) end
            -- Scores may be ahead of the clock; the key stays as long as its last entry.
            redis.call('PEXPIRE', log, lifetime + math.max(0, score - now))
            return count
            """#
    )
}

extension RevokeScript {
    /// How many entries one call writes; keeps the script under a millisecond or two.
    static let bound = 500

    /// Writes the arguments of a call.
    static func arguments(for members: some Sequence<[UInt8]>, _ limits: RevocationLimits) -> RESPArguments {
        var arguments = RESPArguments()
        arguments.append(limits.lifetime.inMilliseconds)
        arguments.append(limits.maximumCount)
        for member in members { arguments.append(member) }
        return arguments
    }
}
