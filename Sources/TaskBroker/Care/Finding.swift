/// One answer of a diagnosis: what was looked at, how it is, and what to do.
public struct Finding: Sendable, Hashable, Codable {
    /// What was looked at, one word: `eviction`, `clock`.
    public var check: String
    /// How bad it is.
    public var severity: Severity
    /// Where it is so: the URL of a server without its password, the name of a worker or queue.
    public var subject: String?
    /// What was found, in a few words.
    public var summary: String
    /// Why it matters; `nil` where nothing is wrong.
    public var cause: String?
    /// What to do next; `nil` where there is nothing to do.
    public var remedy: String?

    package init(
        _ check: String,
        _ severity: Severity,
        of subject: String? = nil,
        _ summary: String,
        cause: String? = nil,
        remedy: String? = nil
    ) {
        self.check = check
        self.severity = severity
        self.subject = subject
        self.summary = summary
        self.cause = cause
        self.remedy = remedy
    }
}
