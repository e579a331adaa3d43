import ArgumentParser
import Logging
import TaskBroker
import Testing

@testable import TaskBrokerCLI

struct WorkerCommandTests {
    @Test func `understands Celery's spellings`() throws {
        let command = try WorkerCommand.parse([
            "-Q", "login,user", "-X", "fans", "-c", "4", "-n", "w@%h", "-l", "INFO", "-E", "-P", "prefork", "-O",
            "fair",
            "--without-gossip", "--without-mingle", "--without-heartbeat", "--prefetch-multiplier", "1",
            "--drain-timeout", "30", "--on-lease-lost", "finish",
        ])
        let configuration = command.worker.configuration
        #expect(configuration.queues == ["login", "user"])
        #expect(configuration.excludedQueues == ["fans"])
        #expect(configuration.concurrency == 4)
        #expect(configuration.name == "w@%h")
        #expect(configuration.drainTimeout == .seconds(30))
        #expect(configuration.onLeaseLost == .finishFenced)
        #expect(command.worker.loglevel?.level == .info)
        #expect(command.celery.notes.count == 2)
        #expect(command.worker.taskEvents)
    }

    @Test func `without options, takes every queue with a slot for each processor`() throws {
        let command = try WorkerCommand.parse([])
        #expect(command.worker.configuration.queues == nil)
        #expect(command.worker.configuration.concurrency >= 1)
        #expect(command.worker.configuration.drainTimeout == nil)
        #expect(command.worker.configuration.onLeaseLost == .terminate)
        #expect(command.celery.notes.isEmpty)
    }

    @Test(arguments: [
        (["worker", "-A", "app", "-c", "1"], ["worker", "-c", "1"]),
        (["-A", "app", "worker"], ["worker"]),
        (["worker", "--app", "app"], ["worker"]),
        (["worker", "--app=app", "-Q", "A"], ["worker", "-Q", "A"]),
        (["worker", "-Aapp"], ["worker"]),
    ])
    func `hands its options to another program`(words: [String], expected: [String]) {
        #expect(WorkerCommand.withoutApp(words) == expected)
    }

    @Test func `starts over as another user without being told to become it again`() {
        let words = ["worker", "--uid", "nobody", "-c", "1", "--gid=nogroup", "-Q", "a"]
        #expect(WorkerCommand.without(["--uid", "--gid"], words) == ["worker", "-c", "1", "-Q", "a"])
    }

    @Test func `the banner shows what matters, and tasks when asked to`() throws {
        let banner = WorkerBanner(
            program: "shop 1.0",
            node: "celery@host",
            broker: "redis://:**@localhost/0",
            backend: "redis://localhost/1",
            configuration: .init(concurrency: 4),
            queues: ["celery", .init("login", exchange: .direct("login"), routingKey: "for_login")],
            tasks: ["a", "b"]
        )
        let expected = """

             celery@host  shop 1.0

             broker       redis://:**@localhost/0
             results      redis://localhost/1
             concurrency  4
             lease        30s
             queues       celery  exchange=celery(direct) key=celery
                          login   exchange=login(direct) key=for_login
             tasks        a
                          b

            """
        #expect(banner.text(Palette(isColored: false), showsTasks: true) == expected)
        #expect(!banner.text(Palette(isColored: false), showsTasks: false).contains("tasks"))
    }
}
