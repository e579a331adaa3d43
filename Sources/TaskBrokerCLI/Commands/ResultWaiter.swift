import CeleryProtocol
import TaskBroker

/// Finds tasks, waits for them, and prints how they ended.
struct ResultWaiter: Sendable {
    let session: AppSession
    /// Whether tasks that have not ended are waited for.
    let waits: Bool
    let showsTraceback: Bool
    /// Whether text is printed to terminals as it is.
    let isRaw: Bool
    /// Where the tasks were sent to, if that is known: a queue that is not declared, and from which nobody has taken anything yet, can be
    /// found in no other way.
    private let queues: [String]

    /// How often it is looked whether a task that is waited for still exists.
    private static let lookInterval: Duration = .seconds(5)

    init(
        _ session: AppSession,
        waits: Bool = true,
        showsTraceback: Bool = false,
        isRaw: Bool = false,
        sentTo queue: String? = nil
    ) {
        self.session = session
        self.waits = waits
        self.showsTraceback = showsTraceback
        self.isRaw = isRaw
        self.queues = queue.map { [$0] } ?? []
    }

    /// What became of a task.
    enum Outcome: Sendable {
        case ended(TaskInfo)
        /// It has not ended, and nobody wanted to wait.
        case unfinished(state: TaskState, place: TaskLocation?)
        /// Nobody knows it.
        case unknown
        /// It was there, and is gone without a result.
        case vanished
        /// It was given up, and waits for somebody to look at it.
        case dead(TaskLocation)
        case timedOut(place: TaskLocation?)
    }
}

// MARK: Waiting

extension ResultWaiter {
    /// Finds the task, and waits for it to end if it has not.
    ///
    /// An id without a result that is in no queue either never existed, or its result has expired; waiting for it, as Celery
    /// does, would never end.
    func outcome(of id: String) async throws -> Outcome {
        let result = self.session.app.result(for: id)
        let info = try await result.info
        if let info, info.state.isReady { return .ended(info) }
        var place = try await self.locate(id)
        // Between the two looks the task may have ended.
        if place == nil, let info = try await result.info, info.state.isReady { return .ended(info) }
        if place == nil && info == nil { return .unknown }
        if let place, place.isDead { return .dead(place) }
        guard self.waits else { return .unfinished(state: info?.state ?? .pending, place: place) }

        self.tell(id, place)
        let deadline = self.session.options.timeout.map { ContinuousClock.now + $0.duration }
        while true {
            let remaining = deadline.map { max(.zero, ContinuousClock.now.duration(to: $0)) } ?? Self.lookInterval
            if let info = try await result.wait(timeout: min(remaining, Self.lookInterval)) { return .ended(info) }
            if let deadline, ContinuousClock.now >= deadline { return .timedOut(place: place) }
            let next = try await self.locate(id)
            if next == nil, place == nil {
                return try await result.info.flatMap { $0.state.isReady ? .ended($0) : nil } ?? .vanished
            }
            if let next, next.isDead { return .dead(next) }
            place = next
        }
    }

    private func locate(_ id: String) async throws -> TaskLocation? {
        try await self.session.app.inspector.locate(taskID: id, queues: self.queues)
    }

    private func tell(_ id: String, _ place: TaskLocation?) {
        let limit = self.session.options.timeout == nil ? ", without a time limit" : ""
        self.session.console.note(
            "waiting for \(TerminalText.escape(id))\(limit): \(TaskLocation.sentence(place))"
        )
    }
}

// MARK: Printing

extension ResultWaiter {
    /// Waits for one task, and prints its value, or on standard error what it ended with.
    func printResult(of id: String, forgetting: Bool = false) async throws -> ExitStatus {
        let outcome = try await self.outcome(of: id)
        let status = try self.print(outcome, of: id)
        try await self.forget(id, outcome, if: forgetting)
        return status
    }

    /// Prints how a task ended: its value, or on standard error why there is none.
    func print(_ outcome: Outcome, of id: String) throws -> ExitStatus {
        if self.session.options.json {
            try self.session.console.print(outcome.document(id))
        } else if case .ended(let info) = outcome, info.state == .success {
            try self.session.console.print(self.text(of: info.value))
        }
        if let explanation = outcome.explanation(of: id, self.session.context.name) {
            self.session.console.say(TerminalText.escape(explanation))
        }
        if self.showsTraceback, case .ended(let info) = outcome, let traceback = info.traceback {
            self.session.console.say(TerminalText.escapeLines(traceback))
        }
        return outcome.status
    }

    /// Waits for all tasks at once, and prints a document for each as it ends.
    ///
    /// - Returns: The statuses, in the order of `ids`.
    func printDocuments(of ids: [String], forgetting: Bool) async throws -> [ExitStatus] {
        var progress = ProgressBar("results", console: self.session.console)
        var statuses = Array(repeating: ExitStatus.success, count: ids.count)
        var done = 0
        try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
            for (index, id) in ids.enumerated() {
                group.addTask { (index, try await self.outcome(of: id)) }
            }
            for try await (index, outcome) in group {
                statuses[index] = outcome.status
                done += 1
                try self.session.console.print(outcome.document(ids[index]))
                try self.session.console.output.flush()
                progress.show(done, of: ids.count, failed: statuses.count { $0 != .success })
                try await self.forget(ids[index], outcome, if: forgetting)
            }
        }
        progress.clear()
        return statuses
    }

    private func forget(_ id: String, _ outcome: Outcome, if wanted: Bool) async throws {
        guard wanted, case .ended = outcome else { return }
        try await self.session.app.result(for: id).forget()
    }

    private func text(of value: JSONValue) -> String {
        guard let text = value.stringValue else { return value.description }
        let isForPeople = self.session.console.output.isTerminal && !self.isRaw
        return isForPeople ? TerminalText.escapeLines(text) : text
    }
}
