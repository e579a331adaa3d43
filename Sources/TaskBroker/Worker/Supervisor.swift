import CeleryProtocol
import Logging

/// The half of a worker that talks to the broker: one loop over everything that happens, which runs no user code.
///
/// What happens is a value that a child of its task group puts into the mailbox; what to do about it is decided by ``WorkerState``.
/// A class, because each child holds it.
///
/// The loop and all that it does with the broker run where the broker's answers arrive (``Consumer/executor``), so that a round trip
/// changes threads only for the tasks themselves. These run in ``Lanes`` on the global executor, so that a task that blocks a thread
/// keeps nobody from renewing its lease. Those that run in other processes take no lane but for what a function cannot do
/// (``Departures``), and their lanes stay on this thread but for large documents.
final class Supervisor: Sendable {
    let worker: Worker
    let consumer: any Consumer
    let host: any TaskHost
    let dispatcher: Dispatcher
    let events: EventPublisher
    let running = RunningTasks()
    let lanes: Lanes
    /// The way of tasks that run in other processes.
    let departures: Departures?
    let mailbox: Mailbox<Happening>
    /// What a ring calls for while the loop sleeps.
    let standingClaim = StandingClaim()
    let revocations: RevocationBoard
    let started = Timestamp.now()

    init(_ worker: Worker, consumer: any Consumer, host: any TaskHost) {
        let configuration = worker.app.configuration
        let mailbox = Mailbox<Happening>()
        self.mailbox = mailbox
        self.lanes = Lanes { mailbox.post(.lanes($0)) }
        self.worker = worker
        self.consumer = consumer
        self.host = host
        self.revocations = RevocationBoard(configuration.revocationLimits)
        self.events = EventPublisher(
            node: worker.node,
            broker: worker.app.broker,
            clock: worker.app.logicalClock,
            configuration: worker.configuration.events,
            logger: worker.logger,
            vitals: { [running] in WorkerVitals(active: running.count, processed: running.acceptedCount) }
        )
        self.dispatcher = Dispatcher(
            host: host,
            backend: worker.app.backend,
            reports: ResultReports(
                node: worker.node,
                expires: configuration.resultExpires,
                isExtended: configuration.resultExtended,
                limits: ResultLimits(maximumBytes: configuration.maxResultBytes)
            ),
            revocations: self.revocations,
            limits: worker.limits,
            events: self.events,
            running: self.running,
            maxDeliveries: worker.configuration.maxDeliveries,
            tracksStarted: configuration.tracksStarted,
            logger: worker.logger,
            taskLogLevel: worker.taskLogLevel
        )
        self.departures = (host as? any RemoteHost).map { [dispatcher, lanes] in Departures(dispatcher, $0, lanes) }
    }
}

extension Supervisor {
    /// What comes into the mailbox; in a box, because it is handed on several times.
    indirect enum Happening: Sendable {
        case event(WorkerState.Event)
        case lanes(Lanes.Call)
        /// The lists were looked after; `isPeriodic` unless it was for a message that is due.
        case ticked(TickReply?, isPeriodic: Bool)
        case renewalIsDue
        case announced(isDone: Bool)
        /// A command came from the worker's owner.
        case command(Worker.Command)
        case drainTimedOut
    }

    typealias Children = DiscardingTaskGroup

    /// Works until it is told to end.
    func run(commands: AsyncStream<Worker.Command>) async {
        self.worker.logger.info("worker started", metadata: self.banner)
        self.worker.board.begin(outage: { [consumer] in consumer.outage }, running: { [running] in running.count })
        let state = await withTaskExecutorPreference(self.consumer.executor) { await self.work(commands) }
        await self.leave(state)
        self.worker.board.note { $0.note(.ended, at: $1) }
        self.worker.logger.info("worker stopped", metadata: ["processed": "\(state.processed)"])
    }

    /// The loop; returns what the state was when it ended.
    private func work(_ commands: AsyncStream<Worker.Command>) async -> WorkerState {
        var state = WorkerState(self.worker.configuration, mayWait: self.consumer.takesArrivals)
        await withDiscardingTaskGroup { children in
            self.addUpkeep(to: &children, commands)
            if self.worker.configuration.isBurst { await self.collect() }
            var actions = state.handle(.started)
            while true {
                for action in actions { self.perform(action, in: &children) }
                // A cancelled group can only wait for its tasks: every sleep and every call in it fails at once.
                guard state.phase != .ended, !Task.isCancelled else { break }
                self.lanes.wake(at: state.patience)
                self.standingClaim.offer(state.countIfRung)
                let happenings = await self.mailbox.next()
                // First: what has happened may be the answer to it.
                actions = self.standingClaim.withdraw().map { state.note(.answered($0)) } ?? []
                for outcome in self.lanes.takeOutcomes() { actions += state.note(outcome) }
                for happening in happenings { actions += self.handle(happening, &state, &children) }
                actions += state.next(at: .now)
                self.watch(happenings, state)
            }
            self.lanes.close()
            children.cancelAll()
        }
        // Tasks that have ended in other processes have ended by themselves, and their ends count.
        for item in self.lanes.takeLeftovers() { _ = state.note(await self.run(item)) }
        for outcome in self.lanes.takeOutcomes() { _ = state.note(outcome) }
        for case .event(let event) in self.mailbox.take() { _ = state.note(event) }
        return state
    }

    /// Starts a child whose return value comes into the mailbox.
    func add(to children: inout Children, _ body: @escaping @Sendable () async -> Happening?) {
        children.addTask { if let happening = await body() { self.mailbox.post(happening) } }
    }

    private func handle(
        _ happening: Happening,
        _ state: inout WorkerState,
        _ children: inout Children
    ) -> [WorkerState.Action] {
        switch happening {
        case .event(let event):
            return state.note(event)
        case .lanes(.laneWanted):
            let executor = self.host.isElsewhere ? self.consumer.executor : globalConcurrentExecutor
            children.addTask(executorPreference: executor) { await self.lanes.run(self.perform) }
            return []
        case .lanes(.outcomesReady):
            // They are taken each time that anything happens.
            return []
        case .command(let command):
            return self.handle(command, &state, &children)
        case .drainTimedOut:
            return state.note(.stop)
        case .ticked(let reply, let isPeriodic):
            if isPeriodic { self.addTick(to: &children) }
            let actions = state.note(.checkLeases(.now))
            return actions + (reply.map { state.note(.ticked($0, at: .now)) } ?? [])
        case .renewalIsDue:
            self.addRenewal(of: state.leases.held, to: &children)
            return []
        case .announced(let isDone):
            self.addAnnouncement(of: state, to: &children)
            // A broker that takes no announcement may give no messages either: an idle worker would not find out.
            return isDone ? [] : state.note(.lookAgain)
        }
    }

    /// Cancels what runs under these claims, wherever it does.
    func cancel(_ claims: [Claim]) {
        self.running.cancel(claims)
        self.departures?.cancel(claims)
        self.lanes.cancel(claims)
    }

    /// Does what a lane was given; what takes long to read or write keeps nobody from renewing leases.
    private func perform(_ item: WorkItem) async -> WorkerState.Event {
        guard self.host.isElsewhere, item.isLarge else { return await self.run(item) }
        return await withTaskExecutorPreference(globalConcurrentExecutor) { await self.run(item) }
    }

    private func run(_ item: WorkItem) async -> WorkerState.Event {
        switch item {
        case .run(let delivery): .finished(await self.dispatcher.process(delivery.message, clock: delivery.clock))
        case .join(let settlement, let parts): .joined(await self.dispatcher.join(settlement, parts: parts))
        case .execute(let run): .finished(await self.dispatcher.resume(run))
        case .conclude(let run, let report): .finished(await self.dispatcher.conclude(run, report))
        }
    }

    private func perform(_ action: WorkerState.Action, in children: inout Children) {
        switch action {
        case .settle(let turn):
            // It is written before this returns, and not after a turn of the event loop.
            children.addImmediateTask { self.mailbox.post(await self.settle(turn)) }
        case .run(let deliveries):
            if let departures {
                departures.start(deliveries)
            } else {
                self.lanes.start(deliveries.map { .run($0) })
            }
        case .join(let settlement, let parts):
            self.lanes.start([.join(settlement, parts: parts)])
        case .listen:
            children.addImmediateTask { self.mailbox.post(await self.listen()) }
        case .wait:
            children.addImmediateTask { self.mailbox.post(await self.wait()) }
        case .secure:
            children.addImmediateTask { await self.secure() }
        case .hearAll:
            self.consumer.hearAll()
        case .pause(let failures):
            self.add(to: &children) {
                try? await Task.sleep(for: Backoff.delay(afterFailures: failures, atMost: Backoff.urgent))
                return .event(.pauseEnded)
            }
        case .tick(let due):
            self.add(to: &children) {
                try? await Task.sleep(until: due)
                return .ticked(await self.tick(), isPeriodic: false)
            }
        case .cancel(let claims):
            self.cancel(claims)
        case .reportFenced(let claims):
            self.worker.logger.warning(
                "outcomes came after their leases were lost and were refused: the tasks belong to other workers",
                metadata: ["count": "\(claims.count)"]
            )
        case .reportBuried(let claim, let key):
            self.worker.logger.error(
                "the messages that follow a task cannot be sent, because a key holds something else; it becomes a dead letter: see 'dead ls'",
                metadata: ["queue": "\(claim.queue)", "key": "\(key)"]
            )
        case .end:
            break
        }
    }
}
