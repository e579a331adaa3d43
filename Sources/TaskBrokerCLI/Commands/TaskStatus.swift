import ArgumentParser
import CeleryProtocol
import TaskBroker

/// `status ID`: what result and message of a task say about it.
struct TaskStatus: Sendable {
    private let id: String
    private let session: AppSession

    init(_ id: String, _ session: AppSession) {
        self.id = id
        self.session = session
    }

    /// - Throws: `ExitCode` 3 if nobody knows the task.
    func print() async throws {
        let location = try await self.session.app.inspector.locate(taskID: self.id)
        // Read second: a task that ends between the two reads is then found at least once.
        let info = try await self.session.app.result(for: self.id).info
        guard location != nil || info != nil else {
            self.session.console.say(
                TerminalText.escape(
                    ResultWaiter.Outcome.unknown.explanation(of: self.id, self.session.context.name) ?? ""
                )
            )
            throw ExitCode(ExitStatus.notFound.rawValue)
        }
        // A task that has ended is nowhere any more: what was found a moment ago is history.
        let place = info?.state.isReady == true ? nil : location
        if self.session.options.json {
            try self.session.console.print(self.document(info, place))
        } else {
            for (label, value) in self.lines(info, place) {
                try self.session.console.print(label: label, value)
            }
        }
    }
}

extension TaskStatus {
    private func lines(_ info: TaskInfo?, _ place: TaskLocation?) -> [(String, String)] {
        var lines = [("id", self.id), ("state", (info?.state ?? .pending).rawValue)]
        let add = { (label: String, value: String?, lines: inout [(String, String)]) in
            if let value { lines.append((label, value)) }
        }
        add("task", info?.name ?? place?.task, &lines)
        add("where", info?.state.isReady == true ? nil : TaskLocation.sentence(place), &lines)
        add("queue", info?.queue ?? place?.queue, &lines)
        add("worker", info?.worker ?? place?.worker, &lines)
        add("retries", info?.retries.map(String.init), &lines)
        add("done", info?.dateDone?.iso8601, &lines)
        if let info, let exception = info.exception {
            let failure = ResultWaiter.Outcome.text(exception)
            add(info.state == .retry ? "cause" : "error", failure, &lines)
        } else if let info, info.state == .progress {
            add("progress", info.value.description, &lines)
        }
        return lines
    }

    private func document(_ info: TaskInfo?, _ place: TaskLocation?) -> JSONDocument {
        JSONDocument(
            "status",
            [
                "id": .string(self.id),
                "state": .string((info?.state ?? .pending).rawValue),
                "task": .text(info?.name ?? place?.task),
                "queue": .text(info?.queue ?? place?.queue),
                "worker": .text(info?.worker ?? place?.worker),
                "retries": .count(info?.retries),
                "place": .text(place?.word),
                "ahead": .count(place?.ahead),
                "due": .time(place?.due),
                "reason": .text(place?.reason),
                "paused": .bool(place?.isPaused ?? false),
                "done": .time(info?.dateDone),
            ]
        )
    }
}

extension TaskLocation {
    fileprivate var worker: String? {
        if case .running(let worker) = self.place { worker?.node } else { nil }
    }

    fileprivate var ahead: Int? {
        if case .waiting(let ahead) = self.place { ahead } else { nil }
    }

    fileprivate var due: Timestamp? {
        switch self.place {
        case .delayed(let until), .parked(let until): Timestamp(secondsSince1970: until)
        default: nil
        }
    }

    fileprivate var reason: String? {
        if case .dead(let reason) = self.place { reason } else { nil }
    }
}
