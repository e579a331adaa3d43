import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `doctor`: what is wrong with the servers, the workers and the queues.
struct DoctorCommand: AppCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the settings of Redis, the workers and the queues.",
        discussion: """
            Looks at the server's version, memory, eviction, persistence, role, clock and speed, at workers and their versions, at the \
            settings of Python workers, and at queues that nobody serves. Changes nothing. Whether the data is sound tells fsck.

            Exits with 7 if there is a problem; with --strict, if there is a warning.
            """
    )

    @Flag(name: .long, help: "Take warnings for problems.")
    var strict = false

    @OptionGroup(title: "Common") var options: GlobalOptions

    func run(_ session: AppSession) async throws {
        let timeout = self.options.timeout?.duration ?? .seconds(1)
        let findings = try await session.app.inspector.diagnose(timeout: timeout)
        let worst = findings.map(\.severity).max() ?? .ok
        if self.options.json {
            let items = findings.map { JSONValue.object($0.members) }
            let members: [String: JSONValue] = ["severity": .string(worst.rawValue), "items": .array(items)]
            try session.console.print(JSONDocument("diagnosis", members))
        } else {
            try self.print(findings, session.console)
        }
        guard worst == .problem || self.strict && worst == .warning else { return }
        throw ExitCode(ExitStatus.unhealthy.rawValue)
    }

    private func print(_ findings: [Finding], _ console: Console) throws {
        try console.print(Self.table(findings))
        for finding in findings.sorted(by: { $0.severity > $1.severity }) where finding.severity != .ok {
            let title = [finding.check, finding.summary].joined(separator: ": ")
            try console.print("")
            let severity = console.palette.paint(finding.severity.rawValue, finding.severity.style)
            try console.print("\(severity)  \(TerminalText.escape(title))")
            for line in [finding.cause, finding.remedy.map { "→ \($0)" }].compactMap({ $0 }) {
                try console.print("  " + TerminalText.escape(line))
            }
        }
    }

    /// The findings for people.
    static func table(_ findings: [Finding]) -> Table {
        var table = Table([.text("state"), .text("check"), .text("found"), .text("where")])
        for finding in findings {
            table.append([
                Table.Cell(finding.severity.rawValue, finding.severity.style), Table.Cell(finding.check, .cyan),
                Table.Cell(finding.summary), Table.Cell(finding.subject ?? "", .dim),
            ])
        }
        return table
    }
}

extension Finding {
    /// The members of the document of `--json`.
    var members: [String: JSONValue] {
        [
            "check": .string(self.check),
            "severity": .string(self.severity.rawValue),
            "subject": .text(self.subject),
            "summary": .string(self.summary),
            "cause": .text(self.cause),
            "remedy": .text(self.remedy),
        ]
    }
}
