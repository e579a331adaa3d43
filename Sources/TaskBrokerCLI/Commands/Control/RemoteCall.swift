import ArgumentParser
import CeleryProtocol
import TaskBroker

/// Sends a request to workers and shows what they answer.
struct RemoteCall: Sendable {
    let request: RemoteRequest
    private let options: RemoteOptions
    private let session: AppSession

    /// Makes the call that a command line stands for.
    init(
        _ method: String,
        _ words: [String],
        _ kind: RemoteMethod.Kind,
        _ options: RemoteOptions,
        _ session: AppSession
    ) throws(CommandError) {
        self.request = try options.request(method, words, kind, program: session.context.name)
        self.options = options
        self.session = session
    }
}

extension RemoteCall {
    /// Asks, and prints the answers.
    ///
    /// - Throws: ``CommandError`` with the status 69 if nobody answers, `ExitCode` 1 if a worker answers with an error.
    func run() async throws {
        guard self.request.method.isAnswered else { return try await self.tell() }
        let answers = try await self.answers(to: self.request.method.name, self.request.arguments)
        let report = ReplyReport(self.request.method.name, answers)
        if self.session.options.json {
            try self.session.console.print(report.document)
        } else {
            let console = self.session.console
            let text = report.text(console.palette, isTerminal: console.output.isTerminal)
            try console.output.write(text)
            if text.isEmpty { console.note("Nothing.") }
        }
        self.reportSilence(of: Set(self.options.destinations).subtracting(answers.map(\.node)))
        self.session.console.note("\(answers.count.counted("worker")) answered.")
        if report.hasErrors { throw ExitCode(ExitStatus.failure.rawValue) }
    }

    /// Tells those workers that are there something that they do not answer to.
    private func tell() async throws {
        let nodes = try await self.answers(to: "ping").map(\.node)
        let method = self.request.method.name
        try await self.session.app.inspector.broadcast(
            method,
            arguments: self.request.arguments,
            destinations: self.options.destinations,
            pattern: self.options.pattern
        )
        try self.print(nodes)
        self.reportSilence(of: Set(self.options.destinations).subtracting(nodes))
        self.session.console.note("'\(method)' was sent to \(nodes.count.counted("worker")); it has no answer.")
    }

    /// Shows which workers would be asked, by asking whether they are there.
    func rehearse() async throws {
        let nodes = try await self.answers(to: "ping").map(\.node)
        try self.print(nodes)
        self.session.console.note("'\(self.request.method.name)' would go to \(nodes.count.counted("worker")).")
    }

    private func print(_ nodes: [String]) throws {
        if self.session.options.json {
            let members = nodes.map { ["node": JSONValue.string($0)] }
            try self.session.console.print(JSONDocument("targets", items: members))
        } else {
            for node in nodes { try self.session.console.print(TerminalText.escape(node)) }
        }
    }

    private func answers(
        to method: String,
        _ arguments: [String: JSONValue] = [:]
    ) async throws -> [(node: String, answer: JSONValue)] {
        let timeout = self.options.timeout(self.session.options)
        let answers = try await self.session.app.inspector.ask(
            method,
            arguments: arguments,
            destinations: self.options.destinations,
            pattern: self.options.pattern,
            timeout: timeout.duration
        )
        if answers.isEmpty { throw self.silence(timeout.duration.inSeconds) }
        return answers
    }

    private func silence(_ seconds: Double) -> CommandError {
        let program = self.session.context.name
        let isForAll = self.options.destinations.isEmpty && self.options.pattern == nil
        return CommandError(
            .unavailable,
            "No worker answered within \(RelativeTime.text(seconds))\(isForAll ? "" : ": asked was \(self.options.target)").",
            advice: isForAll
                ? "Start one: \(program) worker. Busy workers need longer: -t 5."
                : "See which there are: \(program) inspect ping. Busy workers need longer: -t 5."
        )
    }

    private func reportSilence(of nodes: Set<String>) {
        guard !nodes.isEmpty else { return }
        let names = nodes.sorted().map { TerminalText.escape($0) }.joined(separator: ", ")
        self.session.console.warn("No answer from \(names).")
    }
}
