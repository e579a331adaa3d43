import Synchronization

/// Runs the orders of a task host in lanes; which lane takes which order says ``LaneBoard``.
final class RunLanes: Sendable {
    private struct State {
        var board = LaneBoard()
        /// The lanes that wait; each is told whether to go on.
        var waiters: [LaneBoard.Lane: CheckedContinuation<Bool, Never>] = [:]
        /// The lanes that were woken before they slept.
        var awake: Set<LaneBoard.Lane> = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let cancellations = CancellationBoard<LaneBoard.Lane>()
    /// The lanes that are to be started.
    private let starts = AsyncStream<LaneBoard.Lane>.makeStream()
}

extension RunLanes {
    /// Takes orders from anywhere.
    func add(_ orders: [RunOrder]) {
        self.answer(self.state.withLock { $0.board.add(orders) })
    }

    /// Cancels a run.
    ///
    /// - Returns: Whether it had not begun, and never will.
    func cancel(_ run: RunID) -> Bool {
        switch self.state.withLock({ $0.board.cancel(run) }) {
        case .withdrawn: return true
        case .running(let lane): self.cancellations.cancel([lane])
        case .unknown: break
        }
        return false
    }

    /// Runs what comes until it is cancelled.
    func run(_ execute: @escaping @Sendable (RunOrder) async -> Void) async {
        await withDiscardingTaskGroup { group in
            for await lane in self.starts.stream {
                let signal = self.cancellations.enter(lane)
                group.addTask {
                    await self.cancellations.run(lane, until: signal) { await self.run(lane, execute) }
                }
            }
            self.close()
            group.cancelAll()
        }
    }

    private func run(_ lane: LaneBoard.Lane, _ execute: (RunOrder) async -> Void) async {
        var wasCalled = true
        while true {
            let (order, call) = self.state.withLock { $0.board.next(for: lane, wasCalled: wasCalled) }
            self.answer(call)
            if let order {
                await execute(order)
                // What cancels a run leaves its lane cancelled, which has to run nothing else.
                guard self.state.withLock({ $0.board.ended(order.id, in: lane) }) else { return }
                wasCalled = false
            } else {
                guard await self.wait(lane) else { return }
                wasCalled = true
            }
        }
    }
}

// MARK: Waiting

extension RunLanes {
    /// Waits until a lane is called.
    ///
    /// - Returns: Whether it goes on.
    private func wait(_ lane: LaneBoard.Lane) async -> Bool {
        await withCheckedContinuation { waiter in
            let answer = self.state.withLock { state -> Bool? in
                if state.isClosed { return false }
                if state.awake.remove(lane) != nil { return true }
                state.waiters[lane] = waiter
                return nil
            }
            if let answer { waiter.resume(returning: answer) }
        }
    }

    private func answer(_ call: LaneBoard.Call?) {
        switch call {
        case .start(let lane)?: self.starts.continuation.yield(lane)
        case .wake(let lane)?:
            let waiter = self.state.withLock { state in
                let waiter = state.waiters.removeValue(forKey: lane)
                if waiter == nil { state.awake.insert(lane) }
                return waiter
            }
            waiter?.resume(returning: true)
        case nil: break
        }
    }

    /// Ends the lanes that wait; the others end after what they run.
    private func close() {
        let waiters = self.state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: false) }
    }
}
