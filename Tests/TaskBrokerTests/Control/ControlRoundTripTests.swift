import CeleryProtocol
import TaskBrokerTesting
import Testing

@testable import TaskBroker

/// Client, broker and server together, in memory.
struct ControlRoundTripTests {
    let app: TaskApp

    init() throws {
        self.app = TaskApp.inMemory(configuration: .init(controlKey: try ControlKey(text: "a secret of the fleet")))
    }

    private var client: ControlClient {
        ControlClient(
            broker: self.app.broker,
            logicalClock: self.app.logicalClock,
            key: self.app.configuration.controlKey,
            clock: self.app.clock
        )
    }

    /// Runs servers for some workers; all of them listen when `body` begins.
    private func withWorkers<Value: Sendable>(
        _ workers: [FakeWorker],
        policy: ControlPolicy = .all,
        _ body: () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in workers {
                let server = ControlServer(
                    app: self.app,
                    worker: worker,
                    policy: policy,
                    logger: ControlCommandTests.logger
                )
                group.addTask { await server.run() }
            }
            defer { group.cancelAll() }
            // Only those who listen can answer.
            let names = workers.map(\.node)
            while try await self.client.ask("ping", destinations: names, timeout: .milliseconds(200)).count
                < names.count
            {}
            return try await body()
        }
    }

    @Test func `all workers answer, each under its name`() async throws {
        let workers = ["a@h", "b@h", "c@h"].map { FakeWorker($0) }
        try await self.withWorkers(workers) {
            let answers = try await self.client.ask("ping", timeout: .seconds(20), limit: 3)
            #expect(answers == ["a@h": ["ok": "pong"], "b@h": ["ok": "pong"], "c@h": ["ok": "pong"]])
            let one = try await self.client.ask("ping", destinations: ["b@h", "b@h"], timeout: .seconds(20))
            #expect(one.keys.sorted() == ["b@h"])
            let some = try await self.client.ask("ping", pattern: "[ab]@*", timeout: .seconds(20), limit: 2)
            #expect(some.keys.sorted() == ["a@h", "b@h"])
            let nobody = try await self.client.ask("ping", destinations: ["x@h"], timeout: .milliseconds(50))
            #expect(nobody.isEmpty)
        }
    }

    @Test func `the clocks of both sides move with every message`() async throws {
        try await self.withWorkers([FakeWorker("a@h")]) {
            let before = self.app.logicalClock.value
            _ = try await self.client.ask("ping", destinations: ["a@h"], timeout: .seconds(20))
            // Sent, heard, answered, read: both sides share a clock here.
            #expect(self.app.logicalClock.value == before + 4)
        }
    }

    @Test func `the app's own commands are called, and hide Celery's`() async throws {
        self.app.inspectCommand("sessions") { call in
            let prefix = try call.argument("prefix", as: String?.self) ?? ""
            return ["open": .string(prefix + call.node)]
        }
        self.app.controlCommand("flush") { call in
            let count = try call.argument("count", as: Int.self)
            return ["ok": "flushed \(count)"]
        }
        self.app.inspectCommand("ping") { _ in "mine" }
        self.app.inspectCommand("nothing") { _ in nil }
        self.app.inspectCommand("breaks") { _ in throw TaskFailure(type: "KeyError", message: "x") }
        try await self.withWorkers([FakeWorker("a@h")]) {
            func ask(_ method: String, _ arguments: [String: JSONValue] = [:]) async throws -> JSONValue? {
                try await self.client
                    .ask(method, arguments: arguments, destinations: ["a@h"], timeout: .seconds(20))["a@h"]
            }
            try #expect(await ask("sessions") == ["open": "a@h"])
            try #expect(await ask("sessions", ["prefix": "at "]) == ["open": "at a@h"])
            try #expect(await ask("flush", ["count": 3]) == ["ok": "flushed 3"])
            let missing = "TypeError(\"flush() missing 1 required positional argument: 'count'\")"
            try #expect(await ask("flush") == ["error": .string(missing)])
            try #expect(await ask("flush", ["count": "3"])?["error"]?.stringValue?.hasPrefix("TypeError(") == true)
            try #expect(await ask("ping") == "mine")
            try #expect(await ask("nothing") == .null)
            try #expect(await ask("breaks") == ["error": "KeyError('x')"])
        }
    }

    @Test func `a command of the app that hangs blocks no other, and the worker ends with it`() async throws {
        let (started, start) = AsyncStream<Void>.makeStream()
        self.app.inspectCommand("hangs") { _ in
            start.yield()
            try await Task.sleep(for: .seconds(3600))
            return nil
        }
        try await self.withWorkers([FakeWorker("a@h")]) {
            try await self.client.tell("hangs")
            for await _ in started { break }
            let answers = try await self.client.ask("clock", destinations: ["a@h"], timeout: .seconds(20))
            #expect(answers.count == 1)
        }
    }

    @Test func `more commands of the app than may run at once are refused`() async throws {
        self.app.inspectCommand("hangs") { _ in
            try await Task.sleep(for: .seconds(3600))
            return nil
        }
        try await self.withWorkers([FakeWorker("a@h")]) {
            for _ in 0..<16 { try await self.client.tell("hangs") }
            let answers = try await self.client.ask("hangs", destinations: ["a@h"], timeout: .seconds(20))
            #expect(answers == ["a@h": ["error": "RuntimeError('too many commands are running')"]])
        }
    }

    @Test func `signed commands pass where strangers do not`() async throws {
        let key = try #require(self.app.configuration.controlKey)
        let worker = FakeWorker("a@h")
        let stranger = ControlClient(broker: self.app.broker, logicalClock: LogicalClock(), clock: self.app.clock)
        try await self.withWorkers([worker], policy: .signed(with: key)) {
            let refused = try await stranger.ask("pool_grow", destinations: ["a@h"], timeout: .seconds(20))
            #expect(refused == ["a@h": ["error": "PermissionError('pool_grow needs a signed request')"]])
            #expect(worker.log.isEmpty)
            let done = try await self.client.ask("pool_grow", destinations: ["a@h"], timeout: .seconds(20))
            #expect(done == ["a@h": ["ok": "pool will grow"]])
            #expect(worker.log == ["concurrency 1"])
        }
    }

    @Test func `nothing that is published disturbs the server`() async throws {
        let worker = FakeWorker("a@h")
        try await self.withWorkers([worker]) {
            var random = SeededGenerator(seed: 11)
            let request = ControlRequest("pool_grow", arguments: ["n": 1], destination: ["other@h"]).encoded()
            for _ in 0..<500 {
                var bytes = request
                for _ in 0..<3 {
                    bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
                }
                try await self.app.broker.broadcast(bytes, to: ControlExchange.requests)
            }
            let large = ControlRequest("ping", arguments: ["x": .string(String(repeating: "x", count: 2 << 20))])
            try await self.app.broker.broadcast(large.encoded(), to: ControlExchange.requests)
            for text in ["", "null", "[]", "{}", #"{"body": "e30=", "content-type": "application/json"}"#] {
                try await self.app.broker.broadcast(Array(text.utf8), to: ControlExchange.requests)
            }
            let answers = try await self.client.ask("ping", destinations: ["a@h"], timeout: .seconds(20))
            #expect(answers == ["a@h": ["ok": "pong"]])
            #expect(worker.log.allSatisfy { $0 == "concurrency 1" })
        }
    }

    @Test func `an answer beyond all bounds is replaced by a complaint`() async throws {
        self.app.inspectCommand("large") { _ in .string(String(repeating: "x", count: 4 << 20)) }
        try await self.withWorkers([FakeWorker("a@h")]) {
            let answers = try await self.client.ask("large", destinations: ["a@h"], timeout: .seconds(20))
            #expect(answers["a@h"]?["error"]?.stringValue?.hasPrefix("OverflowError(") == true)
        }
    }

    @Test func `a client that gives up leaves nothing behind`() async throws {
        let address = ReplyAddress()
        let (waiting, wait) = AsyncStream<Void>.makeStream()
        await withTaskGroup(of: (any Error)?.self) { group in
            group.addTask {
                do {
                    return try await self.app.broker.withReplies(to: address) { receiver in
                        wait.yield()
                        _ = try await receiver.next(before: .now + .seconds(3600))
                        return nil
                    }
                } catch {
                    return error
                }
            }
            for await _ in waiting { break }
            group.cancelAll()
            let error = await group.next() ?? nil
            #expect((error as? TaskBrokerError)?.code == .cancelled)
        }
        #expect(try await !self.app.broker.reply([1], to: address))
    }
}
