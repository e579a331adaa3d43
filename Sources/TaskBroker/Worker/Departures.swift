import Synchronization

/// The way of tasks to hosts in other processes and back: one after the other on the supervisor's event loop, and nothing of them waits.
///
/// A task that runs in this process occupies a lane. One that runs elsewhere would only wait there, and a Swift task that waits costs a stack, two
/// wake-ups and two changes of tasks, more than all that the supervisor knows of such a run. So a run departs with a function that is called with its
/// report. Whatever takes more than a function takes a lane: a run for which no host has room, or whose host has died, and an end that something follows.
final class Departures: Sendable {
    fileprivate struct State {
        /// How many runs are away.
        var count = 0
        /// Whether nothing departs any more.
        var isClosed = false
        /// Whoever waits for the last one.
        var waiter: CheckedContinuation<Void, Never>?
    }

    private let dispatcher: Dispatcher
    private let host: any RemoteHost
    private let lanes: Lanes
    private let state = Mutex(State())

    init(_ dispatcher: Dispatcher, _ host: any RemoteHost, _ lanes: Lanes) {
        self.dispatcher = dispatcher
        self.host = host
        self.lanes = lanes
    }
}

extension Departures {
    /// Sends messages on their way.
    ///
    /// The first after a pause does not wait for others: the worker goes on with what can wait, such as the next bell.
    func start(_ deliveries: [WorkerState.Delivery]) {
        let isPause = self.state.withLock { $0.count == 0 }
        for delivery in deliveries { self.start(delivery) }
        if isPause { self.host.flush() }
    }

    /// Has the runs of these claims end.
    func cancel(_ claims: [Claim]) { self.host.cancel(Set(claims)) }

    /// Waits until it is cancelled; then has all runs end, and waits for them.
    func run() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOver = self.state.withLock { state in
                    if !state.isOver { state.waiter = waiter }
                    return state.isOver
                }
                if isOver { waiter.resume() }
            }
        } onCancel: {
            self.close()
        }
    }

    private func close() {
        let waiter = self.state.withLock { state in
            state.isClosed = true
            return state.takeWaiter()
        }
        waiter?.resume()
        self.host.cancel(nil)
    }
}

// MARK: One run

extension Departures {
    private func start(_ delivery: WorkerState.Delivery) {
        let item = WorkItem.run(delivery)
        guard !item.isLarge else { return self.lanes.start([item]) }
        switch self.dispatcher.decide(delivery.message, clock: delivery.clock) {
        case .settled(let settlement): self.lanes.note(.finished(settlement))
        // Nothing was done about it.
        case .refused: self.lanes.start([item])
        case .run(let run) where self.dispatcher.reportsStart(of: run): self.lanes.start([.execute(run)])
        case .run(let run): self.depart(run)
        }
    }

    private func depart(_ run: StartedRun) {
        let isOpen = self.state.withLock { state in
            if !state.isClosed { state.count += 1 }
            return !state.isClosed
        }
        guard isOpen else {
            // Nobody would wait for it.
            self.dispatcher.running.end(run.attempt)
            return self.lanes.note(.finished(run.attempt.message.settlement(.release)))
        }
        self.dispatcher.noteStart(of: run)
        self.host.start(run.invocation) { id, report in self.arrive(run, id, report) }
        // Whoever cancels it before its host knows it has not found it.
        if self.state.withLock(\.isClosed) || self.dispatcher.running.isCancelled(run.attempt) {
            self.cancel([run.attempt.message.claim])
        }
    }

    private func arrive(_ run: StartedRun, _ id: RunID, _ report: TaskReport?) {
        if let report {
            if let settlement = self.dispatcher.concludeAtOnce(run, report) {
                self.lanes.note(.finished(settlement))
            } else {
                self.lanes.start([.conclude(run, report)])
            }
        } else {
            self.lanes.start([.execute(run.again(as: id))])
        }
        let waiter = self.state.withLock { state in
            state.count -= 1
            return state.takeWaiter()
        }
        waiter?.resume()
    }
}

extension Departures.State {
    fileprivate var isOver: Bool { self.isClosed && self.count == 0 }

    fileprivate mutating func takeWaiter() -> CheckedContinuation<Void, Never>? {
        self.isOver ? self.waiter.take() : nil
    }
}
