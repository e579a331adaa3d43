import CeleryProtocol
import Logging
import Testing

@testable import TaskBroker
@testable import TaskBrokerTesting

/// A host that knows every task but `unknown` and ends each in the same way.
private struct ScriptedHost: TaskHost {
    var outcome: TaskOutcome
    var taskNames: [String] { [] }

    func settings(of task: String) -> TaskSettings? {
        task == "unknown" ? nil : TaskSettings(ignoresResult: task == "silent")
    }

    func execute(_ invocation: TaskInvocation) async -> TaskReport {
        TaskReport(self.outcome, embed: (try? invocation.envelope.decodeBody())?.embed ?? TaskEmbed())
    }

    func handle(_ failed: FailedTask, with signature: SignatureNode) async {}

    func messages(for calls: [CanvasCall]) async throws -> [Publication] { [] }
}

struct DispatcherTests {
    private static let now = Timestamp(microseconds: 1_767_225_600_000_000)
    private let backend = InMemoryBroker()

    private func dispatch(
        _ headers: TaskHeaders = TaskHeaders(task: "tasks.add", id: "42"),
        _ outcome: TaskOutcome = .success(4),
        redeliveries: Int = 0,
        parkings: Int = 0,
        isExtended: Bool = false,
        tracksStarted: Bool = false,
        embed: TaskEmbed = TaskEmbed()
    ) async -> Settlement {
        let message = TaskMessage(
            headers: headers,
            properties: MessageProperties(deliveryTag: "tag", routingKey: "celery", priority: 5),
            args: [2, 2],
            embed: embed
        )
        return await self.dispatch(
            message.encoded(),
            outcome,
            redeliveries: redeliveries,
            parkings: parkings,
            isExtended: isExtended,
            tracksStarted: tracksStarted
        )
    }

    private func dispatch(
        _ raw: [UInt8],
        _ outcome: TaskOutcome = .success(4),
        redeliveries: Int = 0,
        parkings: Int = 0,
        isExtended: Bool = false,
        tracksStarted: Bool = false
    ) async -> Settlement {
        let dispatcher = self.makeDispatcher(outcome, isExtended: isExtended, tracksStarted: tracksStarted)
        let message = ClaimedMessage(
            claim: Claim(id: "1:1", queue: "celery", step: 3),
            raw: raw,
            redeliveries: redeliveries,
            parkings: parkings
        )
        return await dispatcher.process(message, clock: BrokerClock(Self.now))
    }

    private func makeDispatcher(
        _ outcome: TaskOutcome = .success(4),
        isExtended: Bool = false,
        tracksStarted: Bool = false
    ) -> Dispatcher {
        Dispatcher(
            host: ScriptedHost(outcome: outcome),
            backend: self.backend,
            reports: ResultReports(node: "celery@test", expires: .seconds(60), isExtended: isExtended),
            revocations: RevocationBoard(RevocationLimits(lifetime: .seconds(3600))),
            limits: RuntimeLimits(),
            events: EventPublisher(
                node: "celery@test",
                broker: self.backend,
                clock: LogicalClock(),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
                vitals: { WorkerVitals(active: 0, processed: 0) }
            ),
            running: RunningTasks(),
            maxDeliveries: 3,
            tracksStarted: tracksStarted,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
            taskLogLevel: .debug
        )
    }

    private func document(_ settlement: Settlement) throws -> ResultDocument {
        #expect(settlement.results.count == 1)
        let write = try #require(settlement.results.first)
        #expect(write.expires == .seconds(60))
        let document = try ResultDocument(decoding: write.payload)
        #expect(document.taskID == write.taskID)
        return document
    }

    @Test func `A value is stored as SUCCESS and the message is acknowledged`() async throws {
        let settlement = await self.dispatch()
        #expect(settlement.disposition == .acknowledge)
        #expect(settlement.publications == [])
        #expect(settlement.claim == Claim(id: "1:1", queue: "celery", step: 3))
        let document = try self.document(settlement)
        #expect(document.status == "SUCCESS")
        #expect(document.result == 4)
        #expect(document.taskID == "42")
        #expect(document.children == [])
        let done = try #require(document.dateDone)
        #expect(done >= Self.now)
        #expect(document.name == nil)
    }

    @Test func `Extended results tell what was called, and where`() async throws {
        let headers = TaskHeaders(task: "tasks.add", id: "42", group: "g", retries: 2, parentID: "p")
        let document = try self.document(await self.dispatch(headers, isExtended: true))
        #expect(document.name == "tasks.add")
        #expect(document.args == [2, 2])
        #expect(document.kwargs == [:])
        #expect(document.worker == "celery@test")
        #expect(document.retries == 2)
        #expect(document.queue == "celery")
        #expect(document.groupID == "g")
        #expect(document.parentID == "p")
    }

    @Test func `A failure is stored with its traceback and acknowledged`() async throws {
        let exception = ExceptionDocument(type: "ValueError", message: ["no"], module: "builtins")
        let settlement = await self.dispatch(.init(task: "t", id: "42"), .failure(exception, traceback: "line 1"))
        #expect(settlement.disposition == .acknowledge)
        let document = try self.document(settlement)
        #expect(document.status == "FAILURE")
        #expect(ExceptionDocument(document.result) == exception)
        #expect(document.traceback == "line 1")
        #expect(document.dateDone != nil)
    }

    @Test func `A retry sends the same message to the same list, later, and stores RETRY`() async throws {
        let headers = TaskHeaders(task: "t", id: "42", retries: 1, custom: ["tenant": "a"])
        let cause = ExceptionDocument(type: "E", message: [], module: nil)
        let settlement = await self.dispatch(headers, .retry(after: .seconds(30), cause: cause))
        #expect(settlement.disposition == .acknowledge)
        let document = try self.document(settlement)
        #expect(document.status == "RETRY")
        #expect(document.dateDone == nil)
        #expect(ExceptionDocument(document.result) == cause)

        let next = try #require(settlement.publications.first)
        #expect(settlement.publications.count == 1)
        #expect(next.destination == .queue("celery"))
        #expect(Priority.step(for: next.priority) == 3)
        let envelope = try Envelope(decoding: next.payload)
        #expect(envelope.headers.id == "42")
        #expect(envelope.headers.retries == 2)
        #expect(envelope.headers.custom["tenant"] == "a")
        #expect(envelope.properties.priority == 5)
        #expect(envelope.properties.deliveryTag != "tag")
        let eta = try #require(envelope.headers.eta)
        #expect(eta >= Self.now.adding(.seconds(30)))
        #expect(eta < Self.now.adding(.seconds(40)))
        let first = try #require(envelope.headers.custom[RetrySchedule.firstStartHeaderName]?.integerValue)
        #expect(first >= Self.now.microseconds)
        #expect(try envelope.decodeBody().args == [2, 2])
    }

    @Test func `The first start stays that of the first attempt`() async throws {
        let headers = TaskHeaders(task: "t", id: "42", custom: [RetrySchedule.firstStartHeaderName: 77])
        let settlement = await self.dispatch(headers, .retry(after: .zero, cause: nil))
        let next = try Envelope(decoding: #require(settlement.publications.first).payload)
        #expect(next.headers.custom[RetrySchedule.firstStartHeaderName] == 77)
        #expect(try self.document(settlement).result == .null)
    }

    @Test func `Retries do not overflow`() async throws {
        let settlement = await self.dispatch(
            .init(task: "t", id: "42", retries: .max),
            .retry(after: .zero, cause: nil)
        )
        let next = try Envelope(decoding: #require(settlement.publications.first).payload)
        #expect(next.headers.retries == .max)
    }

    @Test func `Rejecting stores Reject, or puts the message at the tail`() async throws {
        let requeued = await self.dispatch(.init(task: "t", id: "42"), .rejected(reason: "no", requeue: true))
        #expect(requeued.disposition == .requeue)
        #expect(requeued.results == [])
        let rejected = await self.dispatch(.init(task: "t", id: "42"), .rejected(reason: "no", requeue: false))
        #expect(rejected.disposition == .acknowledge)
        let exception = try ExceptionDocument(self.document(rejected).result)
        #expect(exception == ExceptionDocument(type: "Reject", message: ["no", false], module: "celery.exceptions"))
    }

    @Test func `Rejecting for good fails what follows, as any failure does`() async {
        let outcome = TaskOutcome.rejected(reason: "no", requeue: false)
        let settlement = await self.dispatch(.init(task: "t", id: "42", group: "g"), outcome, embed: Self.embed)
        #expect(settlement.results.map(\.taskID) == ["42", "43"])
        #expect(settlement.canvas?.parts.map(\.state) == ["FAILURE"])
        let requeued = await self.dispatch(
            .init(task: "t", id: "42", group: "g"),
            .rejected(reason: "later", requeue: true),
            embed: Self.embed
        )
        #expect(requeued.results == [] && requeued.canvas == nil)
    }

    @Test func `An ignored task leaves nothing, a cancelled one goes back uncounted`() async {
        let ignored = await self.dispatch(.init(task: "t", id: "42"), .ignored)
        #expect(ignored.disposition == .acknowledge && ignored.results == [])
        let cancelled = await self.dispatch(.init(task: "t", id: "42"), .cancelled)
        #expect(cancelled.disposition == .release && cancelled.results == [] && cancelled.publications == [])
    }

    @Test func `Whoever wants no result gets none, not even of failures and retries`() async {
        let exception = ExceptionDocument(type: "E", message: [], module: nil)
        let outcomes: [TaskOutcome] = [
            .success(1), .failure(exception, traceback: nil), .retry(after: .zero, cause: nil),
            .rejected(reason: "no", requeue: false),
        ]
        for outcome in outcomes {
            let settlement = await self.dispatch(.init(task: "t", id: "42", ignoreResult: true), outcome)
            #expect(settlement.results == [])
            let silent = await self.dispatch(.init(task: "silent", id: "42"), outcome)
            #expect(silent.results == [])
        }
    }

    /// What follows a task in a chain that is a chord's, and whom to call when it fails.
    private static let embed = TaskEmbed(
        errbacks: [SignatureNode(.task("errback")).json],
        chain: [SignatureNode(.task("t"), options: ["task_id": "43"]).json],
        chord: SignatureNode(.task("t"), options: ["task_id": "body"]).json
    )

    /// Celery's rule: `_fail_chain` gets the `store_result` of the task that failed.
    @Test(arguments: [false, true])
    func `The rest of a chain fails as visibly as the task itself`(ignoresResult: Bool) async {
        let settlement = await self.dispatch(
            .init(task: "t", id: "42", group: "g", ignoreResult: ignoresResult),
            .failure(ExceptionDocument(type: "E", message: [], module: nil), traceback: nil),
            embed: Self.embed
        )
        #expect(settlement.results.map(\.taskID) == (ignoresResult ? [] : ["42", "43"]))
        #expect(settlement.canvas?.parts.map(\.taskID) == ["42"])
    }

    @Test func `STARTED is stored before the task runs if that is wanted`() async throws {
        _ = await self.dispatch(tracksStarted: true)
        let started = try #require(self.backend.look { $0.result(of: "42") })
        #expect(started.status == "STARTED")
        #expect(started.result["hostname"] == "celery@test")
        _ = await self.dispatch(.init(task: "silent", id: "43"), tracksStarted: true)
        #expect(self.backend.look { $0.result(of: "43") } == nil)
    }

    @Test func `What is not to be run now is put aside without a result`() async {
        let eta = Self.now.adding(.seconds(5))
        let early = await self.dispatch(.init(task: "t", id: "42", eta: eta))
        #expect(early.disposition == .delay(until: eta) && early.results == [])
        let unknown = await self.dispatch(.init(task: "unknown", id: "42"))
        guard case .park(let due, "unknown") = unknown.disposition else { return #expect(Bool(false), "\(unknown)") }
        #expect(due >= Self.now.adding(.seconds(10)))
        #expect(unknown.results == [])
        #expect(!unknown.hasCounters)
    }

    @Test func `A task that nobody knows in the end is a dead letter with NotRegistered`() async throws {
        let settlement = await self.dispatch(.init(task: "unknown", id: "42", ignoreResult: true), parkings: 5)
        #expect(settlement.disposition == .deadLetter(reason: "no worker knows the task 'unknown'"))
        #expect(settlement.hasCounters)
        let exception = try ExceptionDocument(self.document(settlement).result)
        #expect(
            exception == ExceptionDocument(type: "NotRegistered", message: ["unknown"], module: "celery.exceptions")
        )
    }

    @Test func `A message that workers keep losing is a dead letter with FAILURE`() async throws {
        let settlement = await self.dispatch(redeliveries: 3)
        guard case .deadLetter(let reason) = settlement.disposition else { return #expect(Bool(false)) }
        #expect(reason.contains("3 times"))
        #expect(settlement.hasCounters)
        let document = try self.document(settlement)
        #expect(document.status == "FAILURE")
        #expect(ExceptionDocument(document.result).type == "DeliveryLimitExceeded")
    }

    @Test func `An expired task ends as REVOKED`() async throws {
        let settlement = await self.dispatch(.init(task: "t", id: "42", expires: Self.now))
        #expect(settlement.disposition == .acknowledge)
        let document = try self.document(settlement)
        #expect(document.status == "REVOKED")
        let exception = ExceptionDocument(document.result)
        #expect(
            exception == ExceptionDocument(type: "TaskRevokedError", message: ["expired"], module: "celery.exceptions")
        )
        let silent = await self.dispatch(.init(task: "t", id: "42", expires: Self.now, ignoreResult: true))
        #expect(silent.disposition == .acknowledge && silent.results == [])
    }

    @Test func `Bytes that are no message are a dead letter that answers whom it can`() async throws {
        let garbage = await self.dispatch(Array("\u{0}garbage".utf8))
        guard case .deadLetter(let reason) = garbage.disposition else { return #expect(Bool(false)) }
        #expect(!reason.isEmpty)
        #expect(garbage.results == [])

        let text =
            #"{"body": 3, "headers": {"task": "t", "id": "42"}, "content-type": "application/json", "properties": {}}"#
        let bodiless = await self.dispatch(Array(text.utf8))
        guard case .deadLetter = bodiless.disposition else { return #expect(Bool(false)) }
        let document = try self.document(bodiless)
        #expect(document.taskID == "42")
        #expect(document.status == "FAILURE")
        #expect(ExceptionDocument(document.result).module == "kombu.exceptions")
    }

    @Test(arguments: [true, false])
    func `A worker that is torn down gives a completed chord back and does not fail it`(isTornDown: Bool) async throws {
        // The result of the only member will never be there.
        let group = SavedGroup(node: ResultNode(id: "g", children: [ResultNode(id: "member")]))
        try await self.backend.prepare(groups: [group], chords: [], expires: nil)
        let part = ChordPart(
            groupID: "g",
            taskID: "member",
            groupIndex: 0,
            state: "SUCCESS",
            result: 1,
            body: SignatureNode(.task("tasks.sum")).json
        )
        var settlement = Settlement(claim: Claim(id: "1:1", queue: "celery", step: 0), disposition: .acknowledge)
        settlement.canvas = CanvasEffects(origin: TaskHeaders(task: "t", id: "member"), parts: [part], expires: nil)
        let joined = await withTaskGroup(of: Settlement.self) { [settlement] group in
            if isTornDown { group.cancelAll() }
            group.addTask { await self.makeDispatcher().join(settlement, parts: [0]) }
            return await group.next()
        }
        #expect(joined?.claim == settlement.claim)
        #expect(joined?.disposition == (isTornDown ? .release : .acknowledge))
        #expect(joined?.canvas?.ends.map(\.isSuccess) == (isTornDown ? nil : [false]))
    }
}
