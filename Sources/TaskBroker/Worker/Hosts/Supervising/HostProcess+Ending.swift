import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

// MARK: Being killed

extension HostProcess {
    /// Kills the process after a time unless a run has ended by then.
    func condemn(_ condemnation: Condemnation, after delay: Duration, for run: RunID) {
        let due = ContinuousClock.now + delay
        let alarm = self.state.withLock { state in
            state.runs[run] == nil ? nil : state.kills.add(run, at: due, condemnation)
        }
        if let alarm { self.setTimer(alarm) }
    }

    private func setTimer(_ instant: ContinuousClock.Instant) {
        _ = HostLink.schedule(after: max(.zero, ContinuousClock.now.duration(to: instant))) { [weak self] in
            guard let self else { return }
            let (condemnation, next) = self.state.withLock { $0.kills.ring(instant, at: .now) }
            if let condemnation { self.condemn(condemnation) }
            if let next { self.setTimer(next) }
        }
    }

    /// Kills the process for using too much memory.
    func condemn(memory bytes: Int, limit: Int) {
        self.condemn(.memory(bytes: bytes, limit: limit))
    }

    /// The first reason counts.
    private func condemn(_ condemnation: Condemnation) {
        let isFirst = self.state.withLock { state in
            defer { state.condemnation = state.condemnation ?? condemnation }
            return state.condemnation == nil
        }
        if isFirst { self.kill() }
    }

    /// Kills the process and those that it has started.
    func kill() {
        #if canImport(Glibc)
        _ = Glibc.kill(-self.pid, SIGKILL)
        #elseif canImport(Musl)
        _ = Musl.kill(-self.pid, SIGKILL)
        #else
        _ = Darwin.kill(-self.pid, SIGKILL)
        #endif
    }
}

// MARK: Ending

extension HostProcess {
    /// Lets the host end: its side of the socket comes to an end.
    func close() {
        self.link.withLock { $0 }?.close()
    }

    /// Waits for the end of the process, whose socket has ended, and kills it if that does not come.
    func reap() async -> ProcessEnd {
        await withoutCancellation {
            let latest = ContinuousClock.now + .seconds(2)
            var pause = Duration.milliseconds(1)
            var isKilled = false
            var status: CInt = 0
            while unsafe waitpid(self.pid, &status, WNOHANG) == 0 {
                if !isKilled, ContinuousClock.now > latest {
                    self.kill()
                    isKilled = true
                }
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .milliseconds(20))
            }
            // What the host has started does not outlive it.
            self.kill()
            return ProcessEnd(waitStatus: status)
        }
    }

    /// What was left undone, once the process has ended.
    func takeUndone() -> (runs: [RunID], condemnation: Condemnation?, fault: HostProtocolError?) {
        let (runs, questions, condemnation, fault) = self.state.withLock { state in
            state.isClosed = true
            defer { state.questions = [:] }
            return (Array(state.runs.keys), Array(state.questions.values), state.condemnation, state.fault)
        }
        for question in questions { question.resume(returning: nil) }
        return (runs, condemnation, fault)
    }

    /// Tells whoever waits for runs that they were lost.
    func lose(_ runs: [RunID: LostRun]) {
        for (id, loss) in runs {
            self.state.withLock { $0.end(id) }?.end(.lost(loss))
        }
    }
}
