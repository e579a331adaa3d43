import TaskBroker

/// What a worker says, before it starts, about the Redis that it is to trust with tasks (`reliability.md` R13): a pure value.
struct StartCheck: Sendable {
    /// What may cost tasks or stops them: `--strict` starts no worker with it.
    private static let grave: Set = ["eviction", "persistence", "role", "mode", "clock"]

    /// What is worth a warning.
    let findings: [Finding]

    /// Keeps what concerns a worker; the rest is for `doctor`.
    init(_ findings: [Finding]) {
        let names = Self.grave.union(["version"])
        self.findings = findings.filter { $0.severity >= .warning && names.contains($0.check) }
    }
}

extension StartCheck {
    /// One line for each finding.
    var lines: [String] { self.findings.map(Self.line) }

    /// Fails if one of the findings is grave: too old a version is, one with known holes is not.
    func requireSafety() throws(CommandError) {
        let grave = self.findings.filter { Self.grave.contains($0.check) || $0.severity == .problem }
        guard !grave.isEmpty else { return }
        throw CommandError(
            .configuration,
            grave.map(Self.line).joined(separator: "\n"),
            advice: "Without --strict, the worker starts all the same; doctor shows everything there is to know."
        )
    }

    private static func line(_ finding: Finding) -> String {
        let place = finding.subject.map { "\($0): " } ?? ""
        let text = ["\(place)\(finding.check): \(finding.summary).", finding.cause, finding.remedy].compactMap { $0 }
        return TerminalText.escape(text.joined(separator: " "))
    }
}
