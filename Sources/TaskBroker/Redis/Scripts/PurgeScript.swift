import RedisClient

/// The script that deletes the messages of one list.
///
/// `KEYS`: list; eta, etam, park to delete the delayed ones too. The answer is how many there were.
enum PurgeScript {
    static let script = RedisScript(
        name: "purge",
        text: #"""
            local count = redis.call('LLEN', KEYS[1])
            if #KEYS > 1 then count = count + redis.call('ZCARD', KEYS[2]) end
            -- Freed in the background: a million messages would hold up everybody for a tenth of a second.
            redis.call('UNLINK', unpack(KEYS))
            return count
            """#
    )
}
