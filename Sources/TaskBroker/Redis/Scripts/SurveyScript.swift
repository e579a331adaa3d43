import RedisClient

/// The script that tells of each key its type and how many ms it will exist, at one moment and without touching it.
///
/// `KEYS`: any. The answer is both for each key.
enum SurveyScript {
    static let script = RedisScript(
        name: "survey",
        text: #"""
            local answer = {}
            for _, key in ipairs(KEYS) do
                answer[#answer + 1] = redis.call('TYPE', key).ok
                answer[#answer + 1] = redis.call('PTTL', key)
            end
            return answer
            """#
    )
}
