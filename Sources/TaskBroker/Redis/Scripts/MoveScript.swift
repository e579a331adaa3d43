import RedisClient

/// The script that moves messages from the head of one list to the tail of another, in order.
///
/// `KEYS`: source, destination. `ARGV`: how many, at most 1,000. The answer is how many there were.
enum MoveScript {
    static let script = RedisScript(
        name: "move",
        text: #"""
            -- Fails here, before anything is taken, if the destination is no list.
            redis.call('LLEN', KEYS[2])
            local taken = redis.call('RPOP', KEYS[1], ARGV[1])
            if not taken or #taken == 0 then return 0 end
            redis.call('LPUSH', KEYS[2], unpack(taken))
            return #taken
            """#
    )
}
