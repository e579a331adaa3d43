import TestSupport

/// One row of the table in `docs/reliability.md`.
struct VerdictReport {
    /// The scenario's number and what was done, in words.
    let scenario: String
    let faults: String
    /// Who was under test.
    let fleet: String
    let verdict: Verdict
    let duration: Duration

    private var lost: String {
        let stranded = self.verdict.stranded
        return stranded == 0 ? "\(self.verdict.lost.count)" : "\(self.verdict.lost.count) (\(stranded) held)"
    }

    /// The row, as Markdown.
    var row: String {
        let recovery = [0.5, 0.99].map { self.verdict.recoveries.quantile($0)?.seconds ?? "–" }
        let cells = [
            self.scenario, self.fleet, self.faults, "\(self.verdict.tasks)", self.lost,
            "\(self.verdict.repeats)", "\(self.verdict.acceptedTwice.count)", recovery[0], recovery[1],
            self.duration.seconds,
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    /// Adds the row to the file that `TASKBROKER_FAULTS_REPORT` names, and prints it otherwise.
    func publish() throws {
        if let path = EnvironmentVariable.value(of: "TASKBROKER_FAULTS_REPORT") {
            try TextFile.append(self.row, to: path)
        } else {
            print(self.row)
        }
    }
}

extension Duration {
    /// In seconds, with one or two digits behind the point.
    fileprivate var seconds: String {
        let hundredths = Int64((self / .milliseconds(10)).rounded())
        return "\(hundredths / 100).\(hundredths / 10 % 10)\(hundredths % 10) s"
    }
}
