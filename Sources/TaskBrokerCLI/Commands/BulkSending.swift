import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `send --from`: many tasks, read line by line, sent 500 at a time.
///
/// A line that cannot be sent is reported with its number and left out; the others go on. Nothing is known in advance of the
/// length of the input, so memory is bounded by one batch.
struct BulkSending {
    private let session: AppSession
    private let task: String?
    private let options: TaskOptions
    private let isDryRun: Bool
    private var batch: [TaskCall] = []
    private var counts = Counts()
    private var progress: ProgressBar
    /// Whether somebody still reads the ids; tasks are sent all the same.
    private var isRead = true

    struct Counts: Equatable {
        var sent = 0
        var duplicates = 0
        var rejected = 0
    }

    private static let batchSize = 500
    /// How many bad lines are reported one by one, before a wrong file floods the terminal.
    private static let reportLimit = 20

    init(_ session: AppSession, task: String?, options: TaskOptions, isDryRun: Bool) {
        self.session = session
        self.task = task
        self.options = options
        self.isDryRun = isDryRun
        self.progress = ProgressBar("sending", console: session.console)
    }

    /// Sends every line of a file, or of standard input.
    ///
    /// - Throws: `ExitCode` 6 when lines were left out.
    consuming func run(_ path: String) async throws {
        let input = path == "-" ? self.session.context.input : try Self.open(path)
        defer { if path != "-" { input.close() } }
        var lines = LineReader { try input.read(upTo: 64 << 10) }
        while let line = try lines.next() {
            try Task.checkCancellation()
            self.take(line)
            if self.batch.count >= Self.batchSize { try await self.flush() }
        }
        try await self.flush()
        self.progress.clear()
        try self.summarize()
        if self.counts.rejected > 0 { throw ExitCode(ExitStatus.rejected.rawValue) }
    }
}

extension BulkSending {
    private mutating func take(_ line: LineReader.Line) {
        guard let bytes = line.bytes else { return self.reject(line.number, "longer than 8 MiB") }
        // Empty lines are common at the ends of files, and harmless.
        if bytes.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { return }
        do {
            var call = try CallLine.call(bytes, task: self.task, options: self.options, now: .now())
            call.options.taskID = call.options.taskID ?? Identifier.uuid4()
            // Building the message checks names and the route, so that one bad line does not spoil its batch.
            _ = try self.session.app.preview(call)
            self.batch.append(call)
        } catch {
            self.reject(line.number, CommandError(error).message)
        }
    }

    private mutating func reject(_ number: Int, _ reason: String) {
        self.counts.rejected += 1
        if self.counts.rejected > Self.reportLimit + 1 { return }
        self.progress.clear()
        let isLast = self.counts.rejected > Self.reportLimit
        self.session.console.say(
            isLast ? "more lines cannot be sent…" : "line \(number): \(TerminalText.escape(reason))"
        )
    }

    private mutating func flush() async throws {
        guard !self.batch.isEmpty else { return }
        defer { self.batch.removeAll(keepingCapacity: true) }
        if self.isDryRun {
            for call in self.batch { try self.session.printPreview(of: call) }
        } else {
            do {
                let ids = try await self.session.app.send(self.batch)
                self.counts.duplicates += zip(ids, self.batch).count { $0 != $1.options.taskID }
                if self.isRead { try self.print(ids) }
            } catch let error as TaskBrokerError {
                try self.stop(error)
                throw error
            }
        }
        self.counts.sent += self.batch.count
        self.progress.show(self.counts.sent, failed: self.counts.rejected)
    }

    /// Tells which of the last lines were sent before a queue was full: those whose ids are printed.
    private mutating func stop(_ error: TaskBrokerError) throws {
        guard let full = error.underlyingError as? QueueFull else { return }
        let unsent = Set(full.unsent)
        self.batch.removeAll { unsent.contains($0.options.taskID ?? "") }
        self.counts.sent += self.batch.count
        if self.isRead { try self.print(self.batch.compactMap(\.options.taskID)) }
        self.progress.clear()
        try self.summarize()
    }

    private mutating func print(_ ids: [String]) throws {
        do {
            for (id, call) in zip(ids, self.batch) { try self.session.console.print(self.line(id, call)) }
            try self.session.console.output.flush()
        } catch is OutputClosed {
            self.isRead = false
        }
    }

    private func line(_ id: String, _ call: TaskCall) -> String {
        guard self.session.options.json else { return TerminalText.escape(id) }
        return JSONDocument(
            "sent",
            [
                "id": .string(id), "task": .string(call.name), "duplicate": .bool(id != call.options.taskID),
            ]
        ).text
    }

    private func summarize() throws {
        let sent = self.counts.sent - self.counts.duplicates
        var parts = ["\(sent) \(self.isDryRun ? "would be sent" : "sent")"]
        if self.counts.duplicates > 0 { parts.append("\(self.counts.duplicates) duplicates") }
        if self.counts.rejected > 0 {
            parts.append("\(self.counts.rejected) line\(self.counts.rejected == 1 ? "" : "s") left out")
        }
        self.session.console.note(parts.joined(separator: ", ") + ".")
    }

    private static func open(_ path: String) throws(CommandError) -> FileDescriptor {
        do throws(SystemError) {
            return try .reading(path)
        } catch {
            throw CommandError(.configuration, "The file '\(path)' cannot be opened: \(error).")
        }
    }
}
