import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Scenarios {
    /// S1: three queues, three machines.
    @Suite(.stage, .serialized) struct RoutedQueueTests {
        @Test func `Each worker runs the tasks of its queues only`() async throws {
            let stage = try Stage.require()
            func send(to queue: String, _ count: Int) async throws -> [String] {
                let calls = (0..<count).map { _ in
                    TaskCall("tasks.sleep", TaskArguments([0.05]), options: .init(queue: queue))
                }
                return try await stage.app.send(calls)
            }
            func workers(of ids: [String]) async throws -> Set<String> {
                var workers: Set<String> = []
                for id in ids { workers.insert(try #require(await stage.info(of: id).worker)) }
                return workers
            }
            try await stage.withWorker("a", "-Q", "login,user", "-c", "1") { _ in
                try await stage.withWorker("b", "-Q", "login,user", "-c", "1") { _ in
                    try await stage.withWorker("c", "-Q", "login,fans", "-c", "1") { _ in
                        let fans = try await send(to: "fans", 10)
                        #expect(try await workers(of: fans) == ["c@test"])
                        let users = try await send(to: "user", 40)
                        #expect(try await workers(of: users) == ["a@test", "b@test"])
                        let logins = try await send(to: "login", 60)
                        #expect(try await workers(of: logins) == ["a@test", "b@test", "c@test"])
                    }
                }
            }
        }

        @Test func `A worker without -Q takes from every declared queue, but for those of -X`() async throws {
            let stage = try Stage.require()
            try await stage.withWorker("all", "-X", "fans") { _ in
                let worker = try #require(await stage.app.inspector.workers().first { $0.node == "all@test" })
                #expect(Set(worker.queues) == ["celery", "login", "user"])
                for queue in ["celery", "login", "user"] {
                    let id = try await stage.send("tasks.echo", queue, "--queue", queue)
                    #expect(try await stage.info(of: id).queue == queue)
                }
                let id = try await stage.send("tasks.echo", "1", "--queue", "fans")
                #expect(try await stage.json("status", id)["place"] == "waiting")
                #expect(try await stage.json("queue", "purge", "fans", "--yes")["count"] == 1)
            }
        }

        @Test func `By name, by queue, by exchange and key: the same list`() async throws {
            let stage = try Stage.require()
            let ids = [
                try await stage.send("tasks.user", "1"),
                try await stage.send("tasks.echo", "1", "--queue", "user"),
                try await stage.send("tasks.echo", "1", "--exchange", "user_info", "--routing-key", "for_user_info"),
                try await stage.app.sendTask(
                    "tasks.echo",
                    args: [1],
                    options: .init(exchange: "user_info", routingKey: "for_user_info")
                ).id,
                try await stage.app.sendTask("tasks.echo", args: [1], options: .init(queue: "user")).id,
            ]
            let peeked = try #require(await stage.json("queue", "peek", "user")["items"]?.arrayValue)
            #expect(peeked.map { $0["id"] } == ids.map { .string($0) })
            #expect(try await stage.json("queue", "purge", "user", "--yes")["count"] == 5)
        }

        @Test func `The password stays in the environment`() async throws {
            let stage = try Stage.require()
            let log = "\(stage.server.directory)/worker.log"
            try await stage.withWorker("quiet", "-l", "debug", "-f", log) { worker in
                let id = try await stage.send("tasks.fail", "no such user")
                #expect(try await stage.info(of: id).state == .failure)
                #expect(TextFile.contents(of: log).contains(id))
                #expect(!TextFile.contents(of: log).contains(Stage.password))
            }
            for arguments in [["status"], ["queue", "ls"], ["dead", "ls"], ["send", "tasks.echo", "1", "--verbose"]] {
                // The check for the password is in `taskctl`.
                _ = try await stage.taskctl(arguments)
            }
            _ = try await stage.taskctl("queue", "purge", "celery", "--yes")
        }
    }
}
