import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// A message may ask for what the broker cannot do: its worker must go on.
@Suite(.serialized) struct RefusedSettlementTests {
    @Test func `a callback for a key that is no list costs its own task and no other`() async throws {
        try await WorkerStage.with { stage in
            let add = stage.app.task("tasks.add") { (x: Int, y: Int) in x + y }
            _ = try await stage.server.cli("SADD", "appdata", "member")
            var stray = add.partial(1)
            stray = stray.set { $0.queue = "appdata" }
            let poison = try await add.s(2, 2).link(stray).delay()
            let others = try await add.apply(contentsOf: (0..<20).map { ($0, 1) })
            try await stage.withWorker { _ in
                for (index, other) in others.enumerated() { try #expect(await other.get() == index + 1) }
                try await eventually("the poison is a dead letter") {
                    let letters = try await stage.app.inspector.deadLetters(queue: "celery")
                    return letters.map(\.taskID) == [poison.id]
                }
                // The task itself has run.
                try #expect(await poison.get() == 4)
            }
            try #expect(await stage.server.cli("TYPE", "appdata") == "set")
        }
    }
}
