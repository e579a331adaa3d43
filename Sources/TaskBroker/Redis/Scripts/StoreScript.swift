import RedisClient

/// The script that stores one result outside of a settlement.
///
/// `KEYS`: the key of the result, which is also its channel. `ARGV`: the document, and the seconds to keep it or nothing.
/// The answer is 1, or 0 if a stored `SUCCESS` stays (`celery.backends.redis`: a success is never overwritten).
enum StoreScript {
    static let script = RedisScript(
        name: "store",
        text: #"""
            local options = {}
            if ARGV[2] ~= '' then options = {'EX', ARGV[2]} end
            if not redis.call('SET', KEYS[1], ARGV[1], 'NX', unpack(options)) then
                local old = redis.pcall('GET', KEYS[1])
                if type(old) == 'string' and string.find(old, '^{"status": ?"SUCCESS"') then return 0 end
                redis.call('SET', KEYS[1], ARGV[1], unpack(options))
            end
            redis.call('PUBLISH', KEYS[1], ARGV[1])
            return 1
            """#
    )
}

extension StoreScript {
    /// The arguments for a result.
    static func arguments(for write: ResultWrite) -> RESPArguments {
        var arguments = RESPArguments()
        arguments.append(write.payload)
        arguments.append(write.expires.map { String($0.inWholeSeconds) } ?? "")
        return arguments
    }
}
