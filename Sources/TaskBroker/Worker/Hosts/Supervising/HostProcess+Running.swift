import CeleryProtocol
import Synchronization

/// What runs in a host.
extension HostProcess {
    /// How a run ended, as far as this host is concerned.
    enum RunEnd: Sendable {
        case reported(RunReport)
        case lost(LostRun)
        /// The host was gone already.
        case notStarted
    }

    /// After the hard time limit the task has this long to end by itself.
    static let hardLimitGrace: Duration = .milliseconds(150)
    /// A task that was told to end has this long to do so.
    static let cancellationGrace: Duration = .seconds(5)

    /// Has a task run; cancelling the calling Swift task tells it to end.
    func execute(_ order: RunOrder, of claim: Claim) async -> RunEnd {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                self.start(order, of: claim) { waiter.resume(returning: $0) }
                if Task.isCancelled { self.cancel(order.id) }
            }
        } onCancel: {
            self.cancel(order.id)
        }
    }

    /// Has a task run.
    ///
    /// - Parameter end: Called once with how it has ended, on any thread.
    func start(_ order: RunOrder, of claim: Claim, _ end: @escaping @Sendable (RunEnd) -> Void) {
        let isOpen = self.state.withLock { state in
            if !state.isClosed { state.runs[order.id] = Run(claim: claim, end: end) }
            return !state.isClosed
        }
        guard isOpen else { return end(.notStarted) }
        do throws(HostProtocolError) {
            try self.send(order.frame)
        } catch {
            return self.end([RunReport(order.id, unsent: error)])
        }
        if let limit = order.limits.hard {
            self.condemn(.overtime(order.id, limit: limit), after: limit + Self.hardLimitGrace, for: order.id)
        }
    }

    /// Sends what was started at once.
    func flush() {
        self.link.withLock { $0 }?.flushAtOnce()
    }

    /// Whether the task of a claim runs in it.
    func isRunning(_ claim: Claim) -> Bool {
        self.state.withLock { $0.runs.values.contains { $0.claim == claim } }
    }

    /// Tells the runs of these claims to end, or all.
    func cancel(_ claims: Set<Claim>?) {
        let runs = self.state.withLock { state in
            state.runs.filter { claims?.contains($0.value.claim) ?? true }.map(\.key)
        }
        for run in runs { self.cancel(run) }
    }

    private func cancel(_ run: RunID) {
        guard self.state.withLock({ $0.runs[run] != nil }) else { return }
        // It is small. And what is not told to end is killed.
        try? self.send(HostFrame(.cancel, [.run: .integer(run)]).encoded)
        self.condemn(.defiant(run), after: Self.cancellationGrace, for: run)
    }

    /// Tells whoever waits for runs how they ended; a run that nobody waits for means nothing.
    func end(_ reports: [RunReport]) {
        guard !reports.isEmpty else { return }
        let ended = self.state.withLock { state in
            reports.compactMap { report in state.end(report.id).map { ($0.end, report) } }
        }
        for (end, report) in ended { end(.reported(report)) }
    }
}

extension HostProcess.State {
    /// Forgets a run.
    mutating func end(_ run: RunID) -> HostProcess.Run? {
        self.kills.remove(run)
        return self.runs.removeValue(forKey: run)
    }
}

extension RunReport {
    /// Of a run that no host can be given.
    fileprivate init(_ id: RunID, unsent error: HostProtocolError) {
        let reason = "it cannot be sent to a task host: \(error)"
        self.init(id: id, outcome: .undeliverable(reason: reason, ExceptionDocument(error)), isFollowed: true)
    }
}

// MARK: Questions

extension HostProcess {
    /// Asks user code for something else; `nil` if the host dies meanwhile.
    func ask(_ question: HostQuestion) async -> HostAnswer? {
        await withCheckedContinuation { waiter in
            let id = self.state.withLock { state -> Int64? in
                guard !state.isClosed else { return nil }
                state.lastQuestion += 1
                state.questions[state.lastQuestion] = waiter
                return state.lastQuestion
            }
            guard let id else { return waiter.resume(returning: nil) }
            do throws(HostProtocolError) {
                try self.send(question.frame(id).encoded)
            } catch {
                self.end(id, .failed(ExceptionDocument(error)))
            }
        }
    }

    /// Hands the answer to whoever has asked.
    func end(_ question: Int64, _ answer: HostAnswer) {
        self.state.withLock { $0.questions.removeValue(forKey: question) }?.resume(returning: answer)
    }
}
