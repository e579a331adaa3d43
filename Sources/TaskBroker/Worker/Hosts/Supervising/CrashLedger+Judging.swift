import CeleryProtocol

extension CrashLedger {
    /// What becomes of the tasks of a host that died.
    ///
    /// If the supervisor killed it for what one task did, the others are no suspects.
    mutating func judge(
        _ death: HostDeath,
        _ runs: [RunID]
    ) -> (losses: [RunID: LostRun], cleared: Set<RunID>) {
        var losses = Dictionary(runs.map { ($0, LostRun.again) }) { first, _ in first }
        switch death.condemnation {
        case .overtime(let run, let limit)?:
            losses[run] = losses[run].map { _ in .ended(.overtime(limit)) }
            return (losses, [])
        case .defiant(let run)?:
            losses[run] = losses[run].map { _ in .ended(.cancelled) }
            return (losses, [])
        case .memory?, nil:
            let (verdicts, cleared) = self.hostDied(running: runs)
            for (run, verdict) in verdicts {
                if case .over(let crashes) = verdict { losses[run] = .ended(death.outcome(afterCrashes: crashes)) }
            }
            return (losses, cleared)
        }
    }
}

extension TaskOutcome {
    /// Of a task that goes on after its hard time limit.
    fileprivate static func overtime(_ limit: Duration) -> Self {
        let exception = TimeLimitExceeded(duration: limit, isSoft: false).exception
        return .failure(exception, traceback: exception.traceback(in: "Task host, killed by its supervisor"))
    }
}
