import RedisClient

/// The script that stores one result outside of a settlement.
///
/// `KEYS`: the key of the result, which is also its channel. `ARGV`: the document, and the seconds to keep it or nothing.
/// The answer is 1, or 0 if what is stored stays: a `SUCCESS` is never overwritten (`celery.backends.redis`), and a state that
/// is not final, such as `PROGRESS`, never takes the place of one that is. A worker that wakes up late must not undo the end of
/// its successor's task.
enum StoreScript {
    static let script = RedisScript(
        name: "store",
        text: #"""
            local final = {SUCCESS = true, FAILURE = true, REVOKED = true}
            local function state(document)
                return type(document) == 'string' and string.match(document, '^{"status": ?"(%u+)"') or ''
            end
            local old = state(redis.pcall('GET', KEYS[1]))
            if old == 'SUCCESS' or final[old] and not final[state(ARGV[1])] then return 0 end
            -- A first write that needs no memory makes the whole script pass at maxmemory.
            redis.call('PERSIST', KEYS[1])
            local options = {}
            if ARGV[2] ~= '' then options = {'EX', ARGV[2]} end
            redis.call('SET', KEYS[1], ARGV[1], unpack(options))
            -- An announcement is a hint: a user without rights on the channel stores results all the same.
            redis.pcall('PUBLISH', KEYS[1], ARGV[1])
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
