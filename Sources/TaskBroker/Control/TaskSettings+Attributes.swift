import CeleryProtocol

extension TaskSettings {
    /// The attributes that `inspect registered` may ask for, by Celery's names and as Python prints them.
    ///
    /// Those that are not set are absent, as Celery leaves out what is `None`.
    var attributes: [String: String] {
        var attributes = ["acks_late": "True", "ignore_result": self.ignoresResult ? "True" : "False"]
        attributes["rate_limit"] = self.rateLimit?.description
        attributes["time_limit"] = self.timeLimits.hard.map { Self.text($0) }
        attributes["soft_time_limit"] = self.timeLimits.soft.map { Self.text($0) }
        return attributes
    }

    private static func text(_ limit: Duration) -> String {
        let seconds = limit.inSeconds
        return PythonRepr.value(Int64(exactly: seconds).map { .integer($0) } ?? .double(seconds))
    }
}
