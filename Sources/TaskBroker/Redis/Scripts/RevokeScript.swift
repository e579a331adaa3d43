import RedisClient

/// The script that enters revocations into the log and trims it.
///
/// The log is one sorted set. The score of an entry is Redis's clock in ms, or one more than the last score if that is later: no two are
/// equal and none is lower than an older one, so that whoever has read up to a score finds all that came afterwards beyond it.
/// An entry that is entered again moves to the end.
///
/// `KEYS`: the log. `ARGV`: how long entries are kept in ms, how many are kept, the entries, at most 500.
/// The answer is the last score.
enum RevokeScript {
    static let script = RedisScript(
        name: "revoke",
        text: #"""
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)
            local lifetime, most = tonumber(ARGV[1]), tonumber(ARGV[2])
            -- The first write is one that needs no memory: at maxmemory revoking still works.
            redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now - lifetime)
            local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')
            local score = math.max(now, (tonumber(last[2]) or 0) + 1)
            for i = 3, #ARGV do redis.call('ZADD', KEYS[1], score + i - 3, ARGV[i]) end
            local excess = redis.call('ZCARD', KEYS[1]) - most
            if excess > 0 then redis.call('ZREMRANGEBYRANK', KEYS[1], 0, excess - 1) end
            -- Scores may be ahead of the clock; the key stays as long as its last entry.
            redis.call('PEXPIRE', KEYS[1], lifetime + score + #ARGV - 3 - now)
            return score + #ARGV - 3
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
