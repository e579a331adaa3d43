import CeleryProtocol
import Synchronization
import Testing

@testable import TaskBroker
@testable import TaskBrokerTesting

/// A backend whose announcements the test controls.
private final class SilentBackend: ResultBackend {
    private let stored = Mutex<ResultDocument?>(nil)
    private let reads = Mutex(0)
    /// The first read that finds what is stored.
    let firstFinding: Int
    let subscribed = Event()
    let announcements = AsyncStream<ResultUpdate>.makeStream()

    init(firstFinding: Int = 0) {
        self.firstFinding = firstFinding
    }

    var readCount: Int { self.reads.withLock { $0 } }

    func keep(_ document: ResultDocument) {
        self.stored.withLock { $0 = document }
    }

    func announce(_ document: ResultDocument) {
        self.announcements.continuation.yield(ResultUpdate(taskID: document.taskID, document: document))
    }

    func results(of taskIDs: [String]) async throws(TaskBrokerError) -> [ResultDocument?] {
        let number = self.reads.withLock { count in
            count += 1
            return count
        }
        return [number < self.firstFinding ? nil : self.stored.withLock { $0 }]
    }

    func store(_ writes: [ResultWrite]) async throws(TaskBrokerError) {}
    func forget(_ taskIDs: [String]) async throws(TaskBrokerError) {}
    func prepare(groups: [SavedGroup], chords: [ChordStart], expires: Duration?) async throws(TaskBrokerError) {}
    func group(_ groupID: String) async throws(TaskBrokerError) -> ResultNode? { nil }
    func forgetGroup(_ groupID: String) async throws(TaskBrokerError) {}
    func chord(_ groupID: String) async throws(TaskBrokerError) -> ChordRecord {
        ChordRecord(structure: nil, parts: [])
    }
    func extendChord(_ groupID: String, expires: Duration?) async throws(TaskBrokerError) {}

    func withUpdates<Value: Sendable>(
        of taskIDs: [String],
        _ body: (ResultUpdates) async throws -> Value
    ) async throws -> Value {
        self.subscribed.happen()
        return try await body(ResultUpdates(self.announcements.stream))
    }
}

@Suite(.timeLimit(.minutes(4)))
struct ResultWaitingTests {
    private let backend = SilentBackend()

    private var result: AsyncResult<Int> {
        AsyncResult(id: "42", backend: self.backend) {
            try $0.decode(Int.self)
        }
    }

    private func document(_ state: String, _ value: JSONValue) -> ResultDocument {
        ResultDocument(status: state, result: value, taskID: "42")
    }

    @Test func `A result that is there needs no subscription`() async throws {
        self.backend.keep(self.document("SUCCESS", 4))
        #expect(try await self.result.get(timeout: .seconds(120)) == 4)
        #expect(self.backend.readCount == 1)
    }

    @Test func `An announcement ends the wait; states on the way do not`() async throws {
        async let value = self.result.get(timeout: .seconds(120))
        await self.backend.subscribed.wait()
        for state in ["STARTED", "PROGRESS", "RETRY", "MINE"] {
            self.backend.announce(self.document(state, .null))
        }
        self.backend.announce(self.document("SUCCESS", 5))
        #expect(try await value == 5)
    }

    @Test(arguments: [false, true])
    func `An announcement that was missed costs a pause, even if no more will come`(hasEnded: Bool) async throws {
        let backend = SilentBackend(firstFinding: 5)
        backend.keep(self.document("SUCCESS", 6))
        if hasEnded { backend.announcements.continuation.finish() }
        let waiting = ResultWaiting(backend: backend, pause: .microseconds(1))
        let info = try await waiting.first(of: "42", timeout: .seconds(120)) { $0.state.isReady }
        #expect(info?.value == 6)
        #expect(backend.readCount == 5)
    }

    @Test(arguments: [Duration.zero, .milliseconds(1), .seconds(-1)])
    func `A time that is over says so, with what to do`(timeout: Duration) async throws {
        let error = try await #require(throws: TaskBrokerError.self) { try await self.result.get(timeout: timeout) }
        #expect(error.code == .timedOut)
        #expect(error.message.contains("42"))
        #expect(try await self.result.wait(timeout: timeout) == nil)
    }

    @Test func `A cancelled wait ends with CancellationError`() async throws {
        await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask { try await self.result.get(timeout: .seconds(120)) }
            await self.backend.subscribed.wait()
            group.cancelAll()
            await #expect(throws: CancellationError.self) { try await group.next() }
        }
    }

    @Test func `A failure is rethrown as it was stored`() async throws {
        let exception = ExceptionDocument(type: "ValueError", message: ["no", 3], module: "builtins")
        var document = self.document("FAILURE", exception.json)
        document.traceback = "line 1"
        self.backend.keep(document)
        let failure = try await #require(throws: TaskFailure.self) { try await self.result.get() }
        #expect(failure.exception == exception)
        #expect(failure.description == "ValueError: no, 3")
        #expect(failure.traceback == "line 1")
        #expect(!failure.isRevoked)
        self.backend.keep(self.document("REVOKED", exception.json))
        let revoked = try await #require(throws: TaskFailure.self) { try await self.result.get() }
        #expect(revoked.isRevoked)
    }

    @Test func `A value of another type is a decoding error, a failure without one is still a failure`() async throws {
        self.backend.keep(self.document("SUCCESS", "four"))
        await #expect(throws: DecodingError.self) { try await self.result.get() }
        self.backend.keep(self.document("FAILURE", .null))
        let failure = try await #require(throws: TaskFailure.self) { try await self.result.get() }
        #expect(failure.type == "Exception")
    }
}
