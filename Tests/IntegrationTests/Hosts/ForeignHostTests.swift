import CeleryProtocol
import TestSupport
import Testing

@testable import TaskBroker

/// A host that knows nothing but `docs/task-host-protocol.md`.
@Suite(.serialized, .timeLimit(.minutes(3))) struct ForeignHostTests {
    @Test func `tasks in Python run, fail, and send others`() async throws {
        try await HostStage.with(HostStage.python) { stage in
            try #expect(await stage.info(stage.send("py.add", 2, 3)).value == 5)
            let failure = try await stage.info(stage.send("py.add", 2, "3"))
            #expect(failure.exception?.type == "TypeError")

            let id = Identifier.uuid4()
            let message = TaskMessage(
                headers: TaskHeaders(task: "py.add", id: id),
                properties: MessageProperties(deliveryTag: Identifier.uuid4(), routingKey: "celery"),
                args: [20, 3]
            )
            let json = try JSONValue(parsing: message.encoded())
            let sender = try await stage.info(stage.send("py.forward", "celery", json))
            #expect(sender.state == .success)
            try #expect(await stage.info(id).value == 23)
        }
    }

    @Test func `a chain goes on in Python`() async throws {
        try await HostStage.with(HostStage.python) { stage in
            let first = SignatureNode(.task("py.add"), args: [1, 2])
            let chain = SignatureNode(.chain([first, SignatureNode(.task("py.add"), args: [10])]))
            let result = try await stage.app.apply(chain)
            try #expect(await stage.info(result.id).value == 13)
        }
    }

    @Test func `a host that speaks nonsense is killed, and what it runs is given up in the end`() async throws {
        try await HostStage.with(HostStage.python) { stage in
            let nonsense = try await stage.info(stage.send("py.nonsense", "no frame at all"))
            #expect(nonsense.exception?.type == "WorkerLostError", "\(nonsense)")
            #expect(nonsense.exception?.message.first?.stringValue?.contains("frame") == true, "\(nonsense)")
            let exit = try await stage.info(stage.send("py.exit", 3))
            #expect(exit.exception?.message == ["Worker exited prematurely: exit status 3."])
            try #expect(await stage.info(stage.send("py.add", 2, 3)).value == 5)
        }
    }

    @Test func `a program that is no host is an error of the worker`() async throws {
        let hosts = HostConfiguration(count: 1, executable: "/bin/sh", arguments: ["sh", "-c", "echo no host; exit 7"])
        await #expect(throws: TaskBrokerError.self) {
            try await WorkerStage.with { stage in
                let worker = try Worker(stage.app, configuration: .init(host: .processes(hosts))) { _ in }
                do {
                    try await worker.run()
                } catch let error as TaskBrokerError {
                    #expect(error.message.contains("no host"), "\(error)")
                    throw error
                }
            }
        }
    }
}
