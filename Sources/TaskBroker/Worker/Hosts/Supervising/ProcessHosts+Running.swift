import CeleryProtocol
import Synchronization

/// The way of one task to a host and back.
extension ProcessHosts {
    package func execute(_ invocation: TaskInvocation) async -> TaskReport {
        let order = RunOrder(invocation.run ?? self.nextRun(), invocation)
        defer { self.state.withLock { $0.ledger.ended(order.id) } }
        while !Task.isCancelled, let place = await self.place(order.id) {
            let end = await place.process.execute(order, of: invocation.claim)
            if let report = self.report(of: end, order.id, in: place, invocation) { return report }
        }
        return TaskReport(.cancelled)
    }

    /// What a run tells that has ended in a host; `nil` if it has not ended.
    private func report(
        of end: HostProcess.RunEnd,
        _ run: RunID,
        in place: Placement,
        _ invocation: TaskInvocation
    ) -> TaskReport? {
        switch end {
        case .reported(let report):
            self.perform(self.state.withLock { $0.pool.ended(run, in: place.host) })
            self.checkMemory(of: place)
            let embed = report.isFollowed ? invocation.embed : TaskEmbed()
            return TaskReport(report.outcome, embed: embed, children: report.children)
        case .lost(.ended(let outcome)): return TaskReport(outcome, embed: invocation.embed)
        case .lost(.again): return nil
        case .notStarted:
            self.perform(self.state.withLock { $0.pool.died(place.host) })
            return nil
        }
    }
}

extension ProcessHosts: RemoteHost {
    func start(_ invocation: TaskInvocation, _ end: @escaping @Sendable (RunID, TaskReport?) -> Void) {
        let order = RunOrder(self.nextRun(), invocation)
        guard let place = self.placeAtOnce(order.id) else { return end(order.id, nil) }
        place.process.start(order, of: invocation.claim) { [run = order.id] in
            let report = self.report(of: $0, run, in: place, invocation)
            if report != nil { self.state.withLock { $0.ledger.ended(run) } }
            end(run, report)
        }
    }

    func flush() {
        let processes = self.state.withLock { Array($0.processes.values) }
        for process in processes { process.flush() }
    }

    func forget(_ run: RunID) {
        self.state.withLock { $0.ledger.ended(run) }
    }

    func cancel(_ claims: Set<Claim>?) {
        let processes = self.state.withLock { Array($0.processes.values) }
        for process in processes { process.cancel(claims) }
    }
}

extension TaskInvocation {
    /// What follows the task; nothing if its message cannot be read that far.
    fileprivate var embed: TaskEmbed { (try? self.envelope.decodeBody())?.embed ?? TaskEmbed() }
}

// MARK: Finding a host

extension ProcessHosts {
    /// Finds a host, and waits for one if need be; `nil` if the calling Swift task is cancelled before there is one.
    func place(_ run: RunID) async -> Placement? {
        if let place = self.placeAtOnce(run) { return place }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let actions = self.state.withLock { state in
                    state.waiters[run] = waiter
                    return state.pool.place(run, isAlone: state.ledger.isSuspect(run))
                }
                self.perform(actions)
                if Task.isCancelled { self.withdraw(run) }
            }
        } onCancel: {
            self.withdraw(run)
        }
    }

    /// Nearly always some host has room.
    private func placeAtOnce(_ run: RunID) -> Placement? {
        self.state.withLock { state in
            guard !state.ledger.isSuspect(run), let host = state.pool.placeAtOnce(run) else { return nil }
            return state.placement(in: host)
        }
    }

    private func withdraw(_ run: RunID) {
        let waiter = self.state.withLock { state in
            let waiter = state.waiters.removeValue(forKey: run)
            if waiter != nil { state.pool.withdraw(run) }
            return waiter
        }
        waiter?.resume(returning: nil)
    }

    /// Carries out what the pool wants.
    func perform(_ actions: [HostPool.Action]) {
        for action in actions {
            switch action {
            case .start(let host, let failures): self.starts.continuation.yield((host, failures))
            case .end(let host): self.state.withLock { $0.processes[host] }?.close()
            case .assign(let run, let host):
                let (waiter, place) = self.state.withLock { state in
                    (state.waiters.removeValue(forKey: run), state.placement(in: host))
                }
                waiter?.resume(returning: place)
            }
        }
    }
}

extension ProcessHosts.State {
    fileprivate func placement(in host: HostPool.ID) -> ProcessHosts.Placement? {
        self.processes[host].map { ProcessHosts.Placement(host: host, process: $0) }
    }
}
