import CeleryProtocol
import Logging
import Synchronization
import Testing

@testable import TaskBroker
@testable import TaskBrokerTesting

struct DeparturesTests {
    private let host = AwayHost()
    private let bench = LaneBench()
    private let running = RunningTasks()

    private var departures: Departures { Departures(self.dispatcher, self.host, self.bench.lanes) }

    private var dispatcher: Dispatcher {
        let broker = InMemoryBroker()
        let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        return Dispatcher(
            host: self.host,
            backend: broker,
            reports: ResultReports(node: "celery@test", expires: nil, isExtended: false),
            revocations: RevocationBoard(RevocationLimits(lifetime: .seconds(3600))),
            limits: RuntimeLimits(),
            events: EventPublisher(
                node: "celery@test",
                broker: broker,
                clock: LogicalClock(),
                logger: logger,
                vitals: { WorkerVitals(active: 0, processed: 0) }
            ),
            running: self.running,
            maxDeliveries: 3,
            tracksStarted: false,
            logger: logger,
            taskLogLevel: .debug
        )
    }

    private static func delivery(_ id: String) -> WorkerState.Delivery {
        let message = TaskMessage(
            headers: TaskHeaders(task: "tasks.add", id: id),
            properties: MessageProperties(deliveryTag: "tag", routingKey: "celery"),
            args: [2, 2]
        )
        let claimed = ClaimedMessage(claim: .numbered(id), raw: message.encoded())
        return WorkerState.Delivery(message: claimed, clock: BrokerClock(.now()))
    }

    /// How the runs that have ended were settled.
    private func settled() -> [String: Settlement.Disposition] {
        let settlements = self.bench.lanes.takeOutcomes().compactMap { outcome -> Settlement? in
            if case .finished(let settlement) = outcome { settlement } else { nil }
        }
        return Dictionary(settlements.map { ($0.claim.id, $0.disposition) }) { first, _ in first }
    }

    @Test func `a value is settled where it arrives, in whatever order`() {
        let departures = self.departures
        departures.start(["1", "2", "3"].map(Self.delivery))
        #expect(self.running.count == 3 && self.settled().isEmpty)
        self.host.end("3", TaskReport(.success(4)))
        #expect(self.settled() == ["3": .acknowledge])
        self.host.end("1", TaskReport(.failure(ExceptionDocument(type: "E", message: [], module: nil), traceback: nil)))
        self.host.end("2", TaskReport(.success(4)))
        #expect(self.settled() == ["1": .acknowledge, "2": .acknowledge])
        #expect(self.running.count == 0)
    }

    @Test func `the first after a pause goes out at once, others with what comes`() {
        let departures = self.departures
        departures.start(["1", "2"].map(Self.delivery))
        #expect(self.host.flushes == 1)
        departures.start(["3"].map(Self.delivery))
        #expect(self.host.flushes == 1)
        for id in ["1", "2", "3"] { self.host.end(id, TaskReport(.success(4))) }
        departures.start(["4"].map(Self.delivery))
        #expect(self.host.flushes == 2)
    }

    @Test func `a message that cannot be read needs no host`() {
        let message = ClaimedMessage(claim: .numbered("1"), raw: [1])
        self.departures.start([WorkerState.Delivery(message: message, clock: BrokerClock(.now()))])
        guard case .deadLetter? = self.settled()["1"] else {
            Issue.record("it is no dead letter")
            return
        }
    }

    @Test func `what takes longer goes on in a lane, and counts as running`() async {
        let departures = self.departures
        departures.start(["lost", "cancelled"].map(Self.delivery))
        self.host.end("lost", nil)
        self.host.end("cancelled", TaskReport(.cancelled))
        #expect(self.settled().isEmpty && self.running.count == 2)
        let dispatcher = self.dispatcher
        _ = await self.bench.run([], until: 2) { item in
            switch item {
            case .execute(let run): .finished(await dispatcher.resume(run))
            case .conclude(let run, let report): .finished(await dispatcher.conclude(run, report))
            default: .lookAgain
            }
        }
        // It was run again under its number.
        #expect(self.host.executed == [1])
        #expect(self.running.count == 0)
    }

    @Test func `a run that is cancelled on its way to a lane does not run again`() async {
        let departures = self.departures
        departures.start([Self.delivery("1")])
        self.host.end("1", nil)
        self.running.cancel([.numbered("1")])
        self.bench.lanes.cancel([.numbered("1")])
        let dispatcher = self.dispatcher
        let (outcomes, _) = await self.bench.run([], until: 1) { item in
            guard case .execute(let run) = item else { return .lookAgain }
            return .finished(await dispatcher.resume(run))
        }
        #expect(outcomes == ["1 released"])
        #expect(self.host.executed.isEmpty && self.running.count == 0)
        // Its host may have died of it, and need not remember that any longer.
        #expect(self.host.forgotten == [1])
    }

    @Test func `whoever is cancelled has everything end, and waits for that`() async {
        let departures = self.departures
        departures.start(["1", "2"].map(Self.delivery))
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await departures.run() }
            group.cancelAll()
        }
        #expect(self.host.cancelled == ["1", "2"])
        #expect(self.running.count == 2)
        // Nothing departs afterwards: nobody would wait for it.
        departures.start([Self.delivery("3")])
        #expect(self.host.cancelled == ["1", "2"])
        #expect(self.bench.lanes.takeOutcomes().count == 1)
        #expect(self.running.count == 2)
    }

    @Test func `what ends when the lanes are closed is concluded and not run again`() async {
        let departures = self.departures
        departures.start(["1", "2"].map(Self.delivery))
        // Neither is settled by a function: the one comes before, the other one after.
        self.host.end("1", TaskReport(.ignored))
        self.bench.lanes.close()
        self.host.end("2", TaskReport(.ignored))
        let leftovers = self.bench.lanes.takeLeftovers()
        #expect(leftovers.map(\.claim) == [.numbered("1"), .numbered("2")])
        for case .conclude(let run, let report) in leftovers {
            let settlement = await self.dispatcher.conclude(run, report)
            #expect(settlement.disposition == .acknowledge)
        }
        #expect(self.bench.lanes.takeOutcomes().isEmpty && self.running.count == 0)
    }
}

/// A host whose runs end when the test says so, or when they are cancelled.
private final class AwayHost: RemoteHost {
    private struct State {
        var runs: [String: (id: RunID, end: @Sendable (RunID, TaskReport?) -> Void)] = [:]
        var lastRun: RunID = 0
        var executed: [RunID?] = []
        var cancelled: Set<String> = []
        var forgotten: [RunID] = []
        var flushes = 0
    }

    private let state = Mutex(State())

    var executed: [RunID?] { self.state.withLock(\.executed) }
    var cancelled: Set<String> { self.state.withLock(\.cancelled) }
    var forgotten: [RunID] { self.state.withLock(\.forgotten) }
    var flushes: Int { self.state.withLock(\.flushes) }
    var taskNames: [String] { ["tasks.add"] }

    func settings(of task: String) -> TaskSettings? { TaskSettings(ignoresResult: false) }

    func start(_ invocation: TaskInvocation, _ end: @escaping @Sendable (RunID, TaskReport?) -> Void) {
        self.state.withLock { state in
            state.lastRun += 1
            state.runs[invocation.claim.id] = (state.lastRun, end)
        }
    }

    func execute(_ invocation: TaskInvocation) async -> TaskReport {
        self.state.withLock { $0.executed.append(invocation.run) }
        return TaskReport(.success(4))
    }

    func flush() { self.state.withLock { $0.flushes += 1 } }

    func forget(_ run: RunID) { self.state.withLock { $0.forgotten.append(run) } }

    func end(_ claim: String, _ report: TaskReport?) {
        let run = self.state.withLock { $0.runs.removeValue(forKey: claim) }
        if let run { run.end(run.id, report) }
    }

    func cancel(_ claims: Set<Claim>?) {
        let ended = self.state.withLock { state in
            let ids = claims?.map(\.id) ?? Array(state.runs.keys)
            state.cancelled.formUnion(ids)
            return ids
        }
        for id in ended { self.end(id, TaskReport(.cancelled)) }
    }

    func handle(_ failed: FailedTask, with signature: SignatureNode) async {}

    func messages(for calls: [CanvasCall]) async throws -> [Publication] { [] }
}
