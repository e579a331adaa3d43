import CeleryProtocol
import Logging
import TestSupport
import Testing

@testable import TaskBroker

/// Revoked tasks in workers that run: T21 of the design.
@Suite(.serialized, .timeLimit(.minutes(4))) struct RevokingTests {
    /// Defines a task that notes its argument, and one that runs until it is cancelled or the test lets it go.
    private static func define(_ app: TaskApp, _ journal: TaskJournal) -> (TaskDefinition<(String), String>, String) {
        let quick = app.task("quick") { (name: String) in
            journal.note(name)
            return name
        }
        app.task("slow") { (name: String) in
            journal.note(name)
            try await Task.sleep(for: .seconds(60))
            return name
        }
        return (quick, "slow")
    }

    private static func reason(_ result: AsyncResult<some Sendable>) async throws -> JSONValue? {
        let info = try await result.wait(timeout: .seconds(120))
        #expect(info?.state == .revoked)
        return info?.value["exc_message"]
    }

    @Test func `before it starts: it never does, and says so at once`() async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            let (quick, _) = Self.define(stage.app, journal)
            let revoked = try await quick.delay("revoked")
            try await revoked.revoke()
            let other = try await quick.delay("other")
            try await stage.withWorker { _ in
                try #expect(await other.get() == "other")
                try #expect(await Self.reason(revoked) == ["revoked"])
            }
            #expect(journal.names == ["other"])
        }
    }

    /// Without remote control the log alone tells the worker.
    @Test(arguments: [true, false])
    func `while it waits for its time: its caller learns it long before`(hasRemoteControl: Bool) async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            let (quick, _) = Self.define(stage.app, journal)
            try await stage.withWorker(hasRemoteControl: hasRemoteControl) { _ in
                let far = try await quick.apply("far", options: .init(countdown: .seconds(3600)))
                let near = try await quick.apply("near", options: .init(countdown: .seconds(3)))
                try await far.revoke()
                try await near.revoke(terminate: true)
                try #expect(await Self.reason(far) == ["revoked"])
                try #expect(await Self.reason(near) == ["revoked"])
                let after = try await quick.apply("after", options: .init(countdown: .seconds(4)))
                try #expect(await after.get() == "after")
            }
            #expect(journal.names == ["after"])
        }
    }

    @Test(arguments: [true, false])
    func `while it runs: it is stopped if that is wanted, and finishes otherwise`(hasRemoteControl: Bool) async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            _ = Self.define(stage.app, journal)
            let finishing = stage.app.task("finishing") { (name: String) in
                journal.note(name)
                try await Task.sleep(for: .seconds(4))
                return name
            }
            try await stage.withWorker(concurrency: 2, hasRemoteControl: hasRemoteControl) { _ in
                let stopped = try await stage.app.sendTask("slow", args: ["stopped"])
                let finished = try await finishing.delay("finished")
                try await eventually("both run") { journal.names.count == 2 }
                let moment = ContinuousClock.now
                try await stopped.revoke(terminate: true)
                try await finished.revoke()
                try #expect(await Self.reason(stopped) == ["terminated"])
                // About a second; more on a machine that is busy.
                #expect(moment.duration(to: .now) < .seconds(20))
                try #expect(await finished.get() == "finished")
            }
            let list = try await stage.server.cli("LLEN", "celery")
            #expect(list == "0")
        }
    }

    @Test func `by a stamp: what waits and what runs`() async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            _ = Self.define(stage.app, journal)
            try await stage.withWorker(concurrency: 2) { _ in
                try await stage.sendStamped("slow", id: "running", tenant: "a")
                try await eventually("it runs") { journal.names == ["running"] }
                try await stage.app.revoke(stampedHeaders: ["tenant": ["a"]], terminate: true)
                try await stage.sendStamped("quick", id: "later", tenant: ["z", "a"])
                try await stage.sendStamped("quick", id: "another", tenant: "b")
                try #expect(await stage.app.result(for: "another").get() == "another")
                try #expect(await Self.reason(stage.app.result(for: "running")) == ["terminated"])
                try #expect(await Self.reason(stage.app.result(for: "later")) == ["revoked"])
            }
            #expect(journal.names == ["running", "another"])
        }
    }

    /// Workers are full, tasks wait in the list and for their times; half of them are revoked, then the whole fleet restarts.
    @Test func `T21: a revoked task never starts after the call, not in workers that did not live then`() async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            let (quick, _) = Self.define(stage.app, journal)
            let names = (0..<60).map { "task \($0)" }
            var results: [AsyncResult<String>] = []
            try await stage.withWorker(concurrency: 2, name: "first@test") { _ in
                for name in ["blocker 1", "blocker 2"] {
                    _ = try await stage.app.sendTask("slow", args: [.string(name)])
                }
                try await eventually("the worker is full") { journal.names.count == 2 }
                for (index, name) in names.enumerated() {
                    let countdown = index.isMultiple(of: 3) ? Duration.seconds(2) : nil
                    results.append(try await quick.apply(name, options: .init(countdown: countdown)))
                }
                let odd = results.enumerated().filter { !$0.offset.isMultiple(of: 2) }.map(\.element.id)
                try await stage.app.revoke(odd)
            }
            // Another app, and workers that were not told anything.
            let again = try WorkerStage.app(on: stage.server)
            let (_, slow) = Self.define(again.app, journal)
            #expect(slow == "slow")
            try await again.app.run { _ in
                try await again.withWorker(concurrency: 4, prefetch: 10, name: "second@test") { _ in
                    for (index, result) in results.enumerated() {
                        if index.isMultiple(of: 2) {
                            try #expect(await result.get(timeout: .seconds(120)) == names[index])
                        } else {
                            try #expect(await Self.reason(result) == ["revoked"])
                        }
                    }
                }
            }
            let executed = journal.names.filter { $0.hasPrefix("task") }
            #expect(executed.sorted() == stride(from: 0, to: 60, by: 2).map { names[$0] }.sorted())
        }
    }

    @Test func `ten thousand revocations keep ten thousand tasks from starting`() async throws {
        try await WorkerStage.with { stage in
            let journal = TaskJournal()
            let (quick, _) = Self.define(stage.app, journal)
            let ids = (0..<10_000).map { "id-\($0)" }
            let revoked = Array(ids.suffix(1000))
            _ = try await stage.app.send(
                revoked.map { TaskCall("quick", TaskArguments(["no"]), options: .init(taskID: $0)) }
            )
            try await stage.app.revoke(ids)
            let good = try await quick.apply(contentsOf: (0..<20).map { "good \($0)" })
            try await stage.withWorker(concurrency: 8) { _ in
                for result in good { _ = try await result.get(timeout: .seconds(120)) }
                for id in revoked { try #expect(await stage.app.result(for: id).state == .revoked) }
            }
            #expect(journal.names.sorted() == (0..<20).map { "good \($0)" }.sorted())
        }
    }

    @Test func `what is forgotten can start again`() async throws {
        try await WorkerStage.with(.init(revokesExpire: .seconds(1))) { stage in
            let journal = TaskJournal()
            let (quick, _) = Self.define(stage.app, journal)
            try await stage.withWorker { _ in
                try await stage.app.revoke(["id"])
                try await eventually("the log has expired") {
                    try await stage.server.cli("EXISTS", "tb:revoked") == "0"
                }
                // The worker may have heard of it a little later than it was written. What it has stored under the id, and may store
                // once more, is no sign either way.
                _ = try await quick.apply("again", options: .init(countdown: .seconds(1), taskID: "id"))
                try await eventually("it has started") { journal.names == ["again"] }
            }
        }
    }

    @Test func `a worker whose clock is ahead stores REVOKED, too`() async throws {
        try await RedisServer.with { server in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let broker = try RedisBroker(broker: server.url, logger: logger)
            let ahead = TaskApp(
                broker: broker,
                backend: broker.backend,
                logger: logger,
                clock: { Timestamp.now().adding(.seconds(300)) }
            )
            try await ahead.run { app in
                // The log alone tells the worker: whoever is told by a command takes it for new in any case.
                try await WorkerStage(server: server, app: app).withWorker(hasRemoteControl: false) { _ in
                    let first = try await app.sendTask("celery.ping", args: [])
                    try await eventually("the worker works") { try await first.state == .success }
                    try await app.revoke(["far"])
                    try #expect(await Self.reason(app.result(for: "far")) == ["revoked"])
                }
            }
        }
    }

    @Test func `a stamp that no worker would read is refused, also by a worker`() async throws {
        try await WorkerStage.with { stage in
            let stamps: JSONValue = .string(String(repeating: "x", count: 16 << 10))
            let error = try await #require(throws: TaskBrokerError.self) {
                try await stage.app.revoke(stampedHeaders: ["tenant": [stamps]])
            }
            #expect(error.code == .invalidConfiguration)
            try await stage.withWorker { worker in
                let inspector = try stage.app.inspector
                try await eventually("the worker listens") { try await inspector.ping().keys.contains(worker.node) }
                let answers = try await stage.app.control.ask(
                    "revoke_by_stamped_headers",
                    arguments: ["headers": ["tenant": stamps]],
                    destinations: [worker.node],
                    timeout: .seconds(120)
                )
                let text = answers[worker.node].flatMap { ControlAnswer.errorText(of: $0) }
                #expect(text?.contains("more than 15360") == true)
            }
            try #expect(await stage.server.cli("EXISTS", "tb:revoked") == "0")
        }
    }

    @Test func `an id that is none is refused, and nothing is revoked`() async throws {
        try await WorkerStage.with { stage in
            let error = try await #require(throws: TaskBrokerError.self) { try await stage.app.revoke(["a", "b\n"]) }
            #expect(error.code == .invalidConfiguration)
            try #expect(await stage.server.cli("EXISTS", "tb:revoked") == "0")
        }
    }
}

extension WorkerStage {
    /// Sends a task with its own id as the argument and a stamp.
    fileprivate func sendStamped(_ task: String, id: String, tenant: JSONValue) async throws {
        let headers = TaskHeaders(task: task, id: id, stampedHeaders: ["tenant"], stamps: ["tenant": tenant])
        let properties = MessageProperties(deliveryTag: Identifier.uuid4(), routingKey: "celery")
        let message = TaskMessage(headers: headers, properties: properties, args: [.string(id)])
        _ = try await self.app.broker.publish([
            Publication(destination: .queue("celery"), payload: message.encoded())
        ])
    }
}
