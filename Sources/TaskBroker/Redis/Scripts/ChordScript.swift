import RedisClient

/// The steps of a chord on a server of its own, where they cannot be part of ``SettleScript``.
enum ChordScript {
    /// Counts a part; answers 1 if it is the last and the body is ours to send, 2 if it is somebody else's who has not sent it yet.
    ///
    /// `KEYS`: ``partKeys(_:)``. `ARGV`: ``ChordPart/scriptArguments(expires:)``.
    static let part = RedisScript(
        name: "chord-part",
        text: ChordLua.part + """
            local values = {unpack(KEYS)}
            for _, value in ipairs(ARGV) do values[#values + 1] = value end
            local isDone, isComplete, isContested = pcall(chordPart, unpack(values))
            if not isDone then return 0 end
            return isComplete and 1 or isContested and 2 or 0
            """
    )

    /// Takes the time that sending the body may need; answers 1 if it is still ours to send, 2 if somebody else holds the claim and
    /// has not sent it yet.
    ///
    /// `KEYS`: ``endKeys(_:)``. `ARGV`: the token.
    static let claim = RedisScript(
        name: "chord-claim",
        text: ChordLua.ownership + """
            local isDone, isOurs = pcall(chordIsOurs, KEYS[3], KEYS[5], ARGV[1])
            if not isDone then return 0 end
            if not isOurs then return redis.call('EXISTS', KEYS[3]) == 1 and 2 or 0 end
            redis.call('SET', KEYS[5], ARGV[1], 'EX', \(publishSeconds))
            return 1
            """
    )

    /// Makes sure that nobody sends the body again; answers 1 if it was ours to send.
    ///
    /// `KEYS`: ``endKeys(_:)``. `ARGV`: the token, and `1` after a success.
    static let end = RedisScript(
        name: "chord-end",
        text: ChordLua.ownership + ChordLua.end + """
            local isDone, isOurs = pcall(chordEnd, KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5], ARGV[1], ARGV[2] == '1')
            return isDone and isOurs and 1 or 0
            """
    )

    /// How long sending a body may take; what Celery allows in its default setup.
    static let publishSeconds = 21

    /// The keys of ``part``.
    static func partKeys(_ groupID: String) -> [String] {
        let keys = ChordKeys(groupID: groupID)
        return [keys.parts, keys.additions, keys.size, keys.counted, keys.structure, keys.claim]
    }

    /// The keys of ``claim`` and ``end``.
    static func endKeys(_ groupID: String) -> [String] {
        let keys = ChordKeys(groupID: groupID)
        return [keys.parts, keys.additions, keys.size, keys.counted, keys.claim]
    }
}
