import CeleryProtocol

/// How a run ended: the frame `done`.
struct RunReport: Sendable {
    var id: RunID
    /// How the task ended.
    var outcome: TaskOutcome
    /// What the task sent while it ran.
    var children: [ResultNode] = []
    /// Whether its message says that something follows the task; what that is, the supervisor reads itself.
    var isFollowed = false
}

extension RunReport {
    init(_ id: RunID, _ report: TaskReport) {
        self.init(id: id, outcome: report.outcome, children: report.children, isFollowed: !report.embed.isEmpty)
    }
}

extension ExceptionDocument {
    /// Of a failure that does not say what it is.
    static let unspecified = ExceptionDocument(type: "Exception", message: [], module: "builtins")
}
