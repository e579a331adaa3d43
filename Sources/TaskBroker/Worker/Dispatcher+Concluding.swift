import CeleryProtocol

/// The end of a task that has run.
extension Dispatcher {
    /// What is known at the end of a task.
    private struct Ending {
        var report: TaskReport
        let time: Timestamp
        let runtime: Duration
    }

    /// The settlement of a task that has ended.
    func conclude(_ run: StartedRun, _ report: TaskReport) async -> Settlement {
        defer { self.running.end(run.attempt) }
        let (attempt, ending) = (run.attempt, self.ending(of: run, report))
        if self.isTerminated(attempt, report.outcome, ending.time) { return self.terminate(attempt, ending.time) }
        self.log(ending.report.outcome, attempt.headers, runtime: ending.runtime)
        let settlement = await self.settle(attempt, ending.report, ending.time)
        self.tell(ending.report.outcome, attempt.headers, runtime: ending.runtime)
        return settlement
    }

    /// The settlement of a task that has ended as nearly all do, with a value or a failure and nothing that follows: nobody has to be asked.
    ///
    /// - Returns: `nil` if it takes ``conclude(_:_:)``.
    func concludeAtOnce(_ run: StartedRun, _ report: TaskReport) -> Settlement? {
        let (attempt, ending) = (run.attempt, self.ending(of: run, report))
        guard let settlement = self.settleFinal(attempt, ending.report, ending.time) else { return nil }
        self.log(ending.report.outcome, attempt.headers, runtime: ending.runtime)
        self.tell(ending.report.outcome, attempt.headers, runtime: ending.runtime)
        self.running.end(attempt)
        return settlement
    }

    /// Goes on with a run that was handed over to a lane.
    func resume(_ run: StartedRun) async -> Settlement {
        // Whoever has cancelled it meanwhile has found it neither in a host nor in the lane.
        guard self.running.isCancelled(run.attempt) else { return await self.execute(run) }
        if let id = run.invocation.run { (self.host as? any RemoteHost)?.forget(id) }
        return await self.conclude(run, TaskReport(.cancelled))
    }

    private func ending(of run: StartedRun, _ report: TaskReport) -> Ending {
        let time = run.clock.now
        var ending = Ending(report: report, time: time, runtime: time.duration(since: run.attempt.started))
        // A value that nobody keeps may be of any size.
        if run.attempt.storesResult || !report.embed.isEmpty {
            ending.report.outcome = self.reports.limits.limited(report.outcome, of: run.attempt.headers.task)
        }
        return ending
    }

    /// Whether an attempt ended because somebody has revoked and stopped it.
    ///
    /// A value that a task returns in spite of its cancellation counts, as does its own failure: it has ended by itself.
    private func isTerminated(_ attempt: Attempt, _ outcome: TaskOutcome, _ ended: Timestamp) -> Bool {
        switch outcome {
        case .cancelled, .retry: self.revocations.terminates(attempt.headers, at: ended)
        default: false
        }
    }
}
