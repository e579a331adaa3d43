import CeleryProtocol
import Logging
import TaskBroker
import Testing

@testable import TaskBrokerTesting

/// What becomes of messages when workers stop, die or know nothing of them.
@Suite(.timeLimit(.minutes(4)))
struct LosingTests {
    /// An app whose clock stands still.
    private func still() -> TaskApp { .inMemory(clock: VirtualClock(isAutomatic: false)) }

    private func consumer(_ app: TaskApp) throws -> InMemoryConsumer {
        InMemoryConsumer(
            app.inMemoryBroker,
            ConsumerConfiguration(queues: ["celery"], lease: .seconds(30), node: "dead@host")
        )
    }

    /// Runs a worker beside `body`, which is given it, and waits until the worker has ended.
    private func withRunning(
        _ app: TaskApp,
        _ configuration: WorkerConfiguration = .init(),
        _ body: (Worker) async throws -> Void
    ) async throws {
        let worker = try Worker(app, configuration: configuration)
        async let running: Void = worker.run()
        try await body(worker)
        try await running
    }

    @Test func `A task that nobody knows waits until a worker comes that does`() async throws {
        let app = self.still()
        let known = app.task("known") { (x: Int) in x }
        let result = try await app.sendTask("newcomer", args: [5])
        try await withWorker(app, configuration: .init(concurrency: 1)) {
            _ = try await known.delay(1).get()
        }
        #expect(app.delayed.map(\.name) == ["newcomer"])
        app.task("newcomer") { (x: Int) in x + 1 }
        try await withWorker(app) {
            try #expect(await result.get() == 6)
        }
        #expect(app.virtualTime == VirtualClock.defaultStart)
        #expect(app.deadLetters.isEmpty)
    }

    @Test func `A task that nobody ever knows is a dead letter after ten minutes`() async throws {
        let app = TaskApp.inMemory()
        let start = app.virtualTime
        try await withWorker(app) {
            let result = try await app.sendTask("nobody")
            let failure = try await #require(throws: TaskFailure.self) { try await result.get() }
            #expect(failure.type == "NotRegistered")
        }
        let waited = app.virtualTime.duration(since: start)
        #expect(waited >= .seconds(600) && waited < .seconds(610))
        #expect(app.deadLetters.map(\.task?.name) == ["nobody"])
        #expect(app.deadLetters.first?.reason.contains("nobody") == true)
        #expect(app.inMemoryBroker.look { $0.counters.isEmpty })
    }

    @Test func `What cannot be read is a dead letter, and the worker goes on`() async throws {
        let app = TaskApp.inMemory()
        let task = app.task("t") { (x: Int) in x }
        _ = try await app.broker.publish([
            Publication(destination: .queue("celery"), payload: Array("not a message".utf8)),
            Publication(destination: .queue("celery"), payload: []),
        ])
        try await withWorker(app, configuration: .init(concurrency: 1)) {
            let result = try await task.delay(3)
            try #expect(await result.get() == 3)
        }
        #expect(app.deadLetters.map(\.payload) == [Array("not a message".utf8), []])
        #expect(app.deadLetters.allSatisfy { $0.task == nil && !$0.reason.isEmpty && $0.queue == "celery" })
    }

    @Test func `A cold stop gives running tasks back, uncounted and at the head`() async throws {
        let app = self.still()
        let begun = Event()
        let task = app.task("slow") { (context: TaskContext, x: Int) in
            if x == 1 && context.deliveryInfo.redeliveries == 0 {
                begun.happen()
                await Event().wait()
                try Task.checkCancellation()
            }
            return x
        }
        let results = try await task.apply(contentsOf: [1, 2, 3])
        try await self.withRunning(app, .init(concurrency: 1, prefetch: 1)) { worker in
            await begun.wait()
            worker.stop()
        }
        #expect(app.waiting(in: "celery").map(\.args) == [[1], [2], [3]])
        #expect(app.inMemoryBroker.look { $0.held.isEmpty && $0.counters.isEmpty })
        #expect(try await results[0].info == nil)
        #expect(app.inMemoryBroker.look { $0.workers.isEmpty })
    }

    @Test func `Cancelling the worker gives running tasks back too`() async throws {
        let app = self.still()
        let begun = Event()
        let task = app.task("slow") { (x: Int) in
            begun.happen()
            await Event().wait()
            try Task.checkCancellation()
            return x
        }
        try await task.delay(1)
        await withTaskGroup { group in
            group.addTask { try? await Worker(app, configuration: .init(concurrency: 2)).run() }
            await begun.wait()
            group.cancelAll()
        }
        #expect(app.waiting(in: "celery").map(\.args) == [[1]])
        #expect(app.inMemoryBroker.look { $0.held.isEmpty && $0.workers.isEmpty })
    }

    @Test func `Tasks that are done in spite of the cancellation count`() async throws {
        let app = self.still()
        let begun = [Event(), Event(), Event()]
        let task = app.task("stubborn") { (x: Int) in
            begun[x].happen()
            await Event().wait()
            // They end one after the other, so that the last ones find a worker that is being torn down.
            for _ in 0..<1_000 * x { await Task.yield() }
            return x
        }
        let results = try await task.apply(contentsOf: 0..<3)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { try? await Worker(app, configuration: .init(concurrency: 3)).run() }
            for event in begun { await event.wait() }
            group.cancelAll()
        }
        #expect(app.waiting(in: "celery").isEmpty)
        for (x, result) in results.enumerated() { #expect(try await result.info?.value == .integer(Int64(x))) }
        #expect(app.inMemoryBroker.look { $0.held.isEmpty })
    }

    @Test func `A warm stop lets running tasks finish and begins no other`() async throws {
        let app = self.still()
        let (begun, mayEnd) = (Event(), Event())
        let task = app.task("slow") { (x: Int) in
            begun.happen()
            await mayEnd.wait()
            return x
        }
        let results = try await task.apply(contentsOf: [1, 2])
        try await self.withRunning(app, .init(concurrency: 1)) { worker in
            await begun.wait()
            worker.drain()
            mayEnd.happen()
        }
        #expect(try await results[0].info?.value == 1)
        #expect(app.waiting(in: "celery").map(\.id) == [results[1].id])
    }

    @Test func `A drain that takes too long becomes a stop`() async throws {
        let app = self.still()
        let begun = Event()
        let task = app.task("slow") { (x: Int) in
            begun.happen()
            await Event().wait()
            try Task.checkCancellation()
            return x
        }
        try await task.delay(1)
        try await self.withRunning(app, .init(drainTimeout: .milliseconds(10))) { worker in
            await begun.wait()
            worker.drain()
        }
        #expect(app.waiting(in: "celery").map(\.args) == [[1]])
    }

    @Test func `The work of a worker that died is done by another when its lease has run out`() async throws {
        let app = TaskApp.inMemory()
        let task = app.task("t") { (context: TaskContext, _: Int) in context.deliveryInfo.redeliveries }
        let result = try await task.delay(1)
        let dead = try self.consumer(app)
        let claimed = try await dead.settle([], claiming: 1).messages
        #expect(claimed.count == 1)
        dead.kill()
        try await withWorker(app) {
            try #expect(await result.get() == 1)
        }
        let late = claimed.map { Settlement(claim: $0.claim, disposition: .acknowledge) }
        #expect(try await dead.settle(late, claiming: 0).isAccepted == [false])
        #expect(app.virtualTime >= VirtualClock.defaultStart.adding(.seconds(30)))
        #expect(app.inMemoryBroker.look { $0.counters.isEmpty })
    }

    @Test func `A message that every worker dies of is a dead letter`() async throws {
        let app = self.still()
        let task = app.task("poison") { (x: Int) in x }
        let result = try await task.delay(1)
        for _ in 0..<3 {
            let dead = try self.consumer(app)
            try #expect(await dead.settle([], claiming: 1).messages.count == 1)
            dead.kill()
            app.advance(by: .seconds(31))
        }
        try await withWorker(app, configuration: .init(maxDeliveries: 3)) {
            let failure = try await #require(throws: TaskFailure.self) { try await result.get() }
            #expect(failure.type == "DeliveryLimitExceeded")
        }
        #expect(app.deadLetters.map(\.task?.id) == [result.id])
        #expect(app.inMemoryBroker.look { $0.counters.isEmpty })
    }

    @Test func `An outcome that comes after its lease was lost changes nothing`() async throws {
        let app = self.still()
        let (begun, mayEnd) = (Event(), Event())
        let runs = Journal<Int>()
        let task = app.task("t") { (context: TaskContext, _: Int) in
            runs.note(context.deliveryInfo.redeliveries)
            guard context.deliveryInfo.redeliveries == 0 else { return "second" }
            begun.happen()
            await mayEnd.wait()
            return "first"
        }
        let result = try await task.delay(1)
        try await withWorker(app, configuration: .init(concurrency: 2, onLeaseLost: .finishFenced)) {
            await begun.wait()
            app.inMemoryBroker.change { $0.expireLeases() }
            try #expect(await result.get() == "second")
            mayEnd.happen()
        }
        #expect(try await result.get() == "second")
        #expect(runs.entries == [0, 1])
    }
}
