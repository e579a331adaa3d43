import RedisClient

/// The script that sends a message under a unique key, unless somebody else has.
///
/// `KEYS`: the unique key, then the lists. `ARGV`: task id, ms to hold the key, the message, then the channels.
/// The answer is null, or the id of the task that holds the key.
enum PublishOnceScript {
    static let script = RedisScript(
        name: "publish-once",
        text: #"""
            -- What can fail because of a key of a wrong type fails here, before the first write.
            for i = 2, #KEYS do redis.call('LLEN', KEYS[i]) end
            -- A message that no binding matches goes nowhere, and must not hold the key.
            if #KEYS == 1 and #ARGV == 3 then return false end
            if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return redis.call('GET', KEYS[1]) end
            for i = 2, #KEYS do redis.call('LPUSH', KEYS[i], ARGV[3]) end
            for i = 4, #ARGV do redis.call('PUBLISH', ARGV[i], ARGV[3]) end
            return false
            """#
    )
}

extension PublishOnceScript {
    /// Writes the keys and arguments for a publication.
    static func encode(
        _ publication: RedisPublication,
        as unique: Publication.UniqueClaim
    ) -> (keys: [String], arguments: RESPArguments) {
        var keys = [RedisKeys.unique(unique.key.name)]
        var arguments = RESPArguments([unique.taskID])
        arguments.append(max(1, unique.key.duration.inMilliseconds))
        arguments.append(publication.payload)
        for target in publication.targets {
            switch target {
            case .list(let list): keys.append(list)
            case .channel(let channel): arguments.append(channel)
            }
        }
        return (keys, arguments)
    }
}
