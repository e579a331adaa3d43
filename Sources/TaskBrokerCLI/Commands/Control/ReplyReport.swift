import CeleryProtocol
import TaskBroker

/// What workers answered, for people and for programs.
struct ReplyReport: Sendable {
    private let method: String
    private let answers: [(node: String, answer: JSONValue)]

    init(_ method: String, _ answers: [(node: String, answer: JSONValue)]) {
        self.method = method
        self.answers = answers
    }
}

extension ReplyReport {
    /// Whether a worker could not do what it was asked to.
    var hasErrors: Bool { self.answers.contains { ControlAnswer.Outcome($0.answer).isFailure } }

    /// The document of `--json`: the answers as they travelled.
    var document: JSONDocument {
        JSONDocument(
            "replies",
            items: self.answers.map { node, answer in
                ["node": .string(node), "method": .string(self.method), "reply": answer]
            }
        )
    }

    /// The answers for people: one table for what is a list of like things, else one after the other; empty if there is
    /// nothing to tell.
    func text(_ palette: Palette, isTerminal: Bool) -> String {
        var text = ""
        let plain = self.answers.filter { !ControlAnswer.Outcome($0.answer).isFailure }
        if let table = ReplyTable.table(of: self.method, plain) {
            if !table.isEmpty { text += table.render(palette, isTerminal: isTerminal) }
            for (node, answer) in self.answers where ControlAnswer.Outcome(answer).isFailure {
                text += self.text(node, answer, palette)
            }
            return text
        }
        for (node, answer) in self.answers { text += self.text(node, answer, palette) }
        return text
    }

    private func text(_ node: String, _ answer: JSONValue, _ palette: Palette) -> String {
        let title = palette.paint(TerminalText.escape(node), .cyan)
        return switch ControlAnswer.Outcome(answer) {
        case .done(let value): self.text(under: "\(title)  \(palette.paint("OK", .green))", value, palette)
        case .failed(let value): self.text(under: "\(title)  \(palette.paint("ERROR", .red))", value, palette)
        case .value(let value): self.text(under: title, value, palette)
        }
    }

    /// A value behind its title, or below it if it has several lines.
    private func text(under title: String, _ value: JSONValue, _ palette: Palette) -> String {
        if let line = ValueTree.line(value) { return "\(title)  \(line)\n" }
        return "\(title)\n\(ValueTree(palette, indentation: 2).text(value))"
    }
}
