/// The Lua of a chord, shared by the script that settles claims and the one for results on another server.
///
/// The keys are those of Celery 5.7 (celery-wire §5.6), so that its workers and ours count the parts of one chord together:
/// `j` parts by position, `t` additions, `s` size, `d` who has reported, `k` the members of the header, `c` who sends the body.
enum ChordLua {
    /// Seconds for which a worker may take its time between the last part and the body: Celery's, twice its join timeout.
    static let claimSeconds = 6
    /// Seconds for which a chord remembers that its body was sent: Celery's.
    static let doneSeconds = 300

    /// `chordPart(j, t, s, d, k, c, task, member, score, expires, token)`: counts a part once, and returns whether it is the last
    /// and the body is for the owner of `token` to send.
    ///
    /// A second value tells that the chord is complete and somebody else holds the claim. Unlike Celery's script this gives the claim
    /// again to the one who has it, see ``ChordPart/token``.
    static let part = """
        local function chordPart(j, t, s, d, k, c, task, member, score, expires, token)
            if redis.call('GET', c) == 'done' then return false end
            if redis.call('SADD', d, task .. ':' .. score) == 1 then redis.call('ZADD', j, score, member) end
            if expires ~= '' then
                for _, name in ipairs({j, t, s, d, k}) do redis.call('EXPIRE', name, expires) end
            end
            local size = tonumber(redis.call('GET', s) or nil)
            if not size or redis.call('ZCARD', j) < size + (tonumber(redis.call('GET', t) or 0) or 0) then return false end
            local owner = redis.call('GET', c)
            if owner and owner ~= token then return false, true end
            redis.call('SET', c, token, 'EX', \(Self.claimSeconds))
            return true
        end

        """

    /// `chordIsOurs(s, c, token)`: returns whether the body is still for the owner of `token` to send.
    ///
    /// A chord without a size has ended, even if the claim is there: after a failure it stays, and a copy of the last member has the
    /// same token.
    static let ownership = """
        local function chordIsOurs(s, c, token)
            local owner = redis.call('GET', c)
            return (not owner or owner == token) and redis.call('EXISTS', s) == 1
        end

        """

    /// `chordEnd(j, t, s, d, c, token, isSuccess)`: returns whether the body is still for the owner of `token` to send, and if so
    /// makes sure that nobody else will.
    ///
    /// After a failure only the size is deleted, as Celery does: then no part completes the chord again. Needs ``ownership``.
    static let end = """
        local function chordEnd(j, t, s, d, c, token, isSuccess)
            if not chordIsOurs(s, c, token) then return false end
            if isSuccess then
                redis.call('DEL', j, t, s, d)
                redis.call('SET', c, 'done', 'EX', \(Self.doneSeconds))
            else
                redis.call('DEL', s)
            end
            return true
        end

        """
}
