import CeleryProtocol
import Logging

/// The half of a worker that talks to the broker: one loop over everything that happens, which runs no user code.
///
/// What happens is a value returned by a child of one task group; what to do about it is decided by ``WorkerState``.
struct Supervisor: Sendable {
    let worker: Worker
    let consumer: any Consumer
    let host: any TaskHost
    let dispatcher: Dispatcher
    let events: EventPublisher
    let running = RunningTasks()
    let tasks = CancellationBoard<Claim>()
    let revocations: RevocationBoard
    let started = Timestamp.now()

    init(_ worker: Worker, consumer: any Consumer, host: any TaskHost) {
        let configuration = worker.app.configuration
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
    }
}

extension Supervisor {
    /// What a child of the supervisor's group returns.
    enum Happening: Sendable {
        case event(WorkerState.Event)
        /// The lists were looked after; `isPeriodic` unless it was for a message that is due.
        case ticked(TickReply?, isPeriodic: Bool)
        case renewalIsDue
        case announced(isDone: Bool)
        /// A command came from the worker's owner.
        case command(Worker.Command)
        case drainTimedOut
        case childEnded
    }

    typealias Children = TaskGroup<Happening>

    /// Works until it is told to end.
    func run(commands: AsyncStream<Worker.Command>) async {
        self.worker.logger.info("worker started", metadata: self.banner)
        var state = WorkerState(self.worker.configuration)
        self.worker.board.begin(outage: { [consumer] in consumer.outage }, running: { [running] in running.count })
        await withTaskGroup(of: Happening.self) { children in
            self.addUpkeep(to: &children, commands)
            if self.worker.configuration.isBurst { await self.collect() }
            var actions = state.handle(.started)
            while true {
                for action in actions { self.perform(action, in: &children) }
                // A cancelled group can only wait for its tasks: every sleep and every call in it fails at once.
                guard state.phase != .ended, !Task.isCancelled, let happening = await children.next() else { break }
                actions = self.handle(happening, &state, &children, commands)
                self.watch(happening, state)
            }
            children.cancelAll()
            while let happening = await children.next() {
                if case .event(let event) = happening { _ = state.note(event) }
            }
        }
        await self.leave(state)
        self.worker.board.note { $0.note(.ended, at: $1) }
        self.worker.logger.info("worker stopped", metadata: ["processed": "\(state.processed)"])
    }

    private func handle(
        _ happening: Happening,
        _ state: inout WorkerState,
        _ children: inout Children,
        _ commands: AsyncStream<Worker.Command>
    ) -> [WorkerState.Action] {
        switch happening {
        case .event(let event):
            return state.handle(event)
        case .command(let command):
            self.addCommands(to: &children, commands)
            return self.handle(command, &state, &children)
        case .drainTimedOut:
            return state.handle(.stop)
        case .ticked(let reply, let isPeriodic):
            if isPeriodic { self.addTick(to: &children) }
            let actions = state.handle(.checkLeases(.now))
            return actions + (reply.map { state.handle(.ticked($0, at: .now)) } ?? [])
        case .renewalIsDue:
            self.addRenewal(of: state.leases.held, to: &children)
            return []
        case .announced(let isDone):
            self.addAnnouncement(of: state, to: &children)
            // A broker that takes no announcement may give no messages either: an idle worker would not find out.
            return isDone ? [] : state.handle(.lookAgain)
        case .childEnded:
            return []
        }
    }

    private func perform(_ action: WorkerState.Action, in children: inout Children) {
        switch action {
        case .settle(let turn):
            children.addTask { await self.settle(turn) }
        case .run(let delivery):
            let signal = self.tasks.enter(delivery.message.claim)
            children.addTask {
                await self.tasks.run(delivery.message.claim, until: signal) {
                    .event(.finished(await self.dispatcher.process(delivery.message, clock: delivery.clock)))
                }
            }
        case .join(let settlement, let parts):
            let signal = self.tasks.enter(settlement.claim)
            children.addTask {
                await self.tasks.run(settlement.claim, until: signal) {
                    .event(.joined(await self.dispatcher.join(settlement, parts: parts)))
                }
            }
        case .listen:
            children.addTask { await self.listen() }
        case .pause(let failures):
            children.addTask {
                try? await Task.sleep(for: Backoff.delay(afterFailures: failures, atMost: Backoff.urgent))
                return .event(.pauseEnded)
            }
        case .tick(let due):
            children.addTask {
                try? await Task.sleep(until: due)
                return .ticked(await self.tick(), isPeriodic: false)
            }
        case .cancel(let claims):
            self.tasks.cancel(claims)
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
