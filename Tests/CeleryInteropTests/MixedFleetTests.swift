import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension CeleryInterop {
    /// Workers of both kinds on one queue.
    struct MixedFleetTests {
        @Test func `Every task is run exactly once, by one or the other`() async throws {
            let fleet = try Fleet.require()
            let queue = unique("mixed")
            let oracle = fleet.freshPath("oracle")
            let lines = (0..<400).map { "\(queue) \($0)" }
            let calls = lines.map { Call("interop.mark", [.string(oracle), .string($0)]) }
            // Half of them each, before there is a worker, so that both kinds find plenty.
            let ours = calls[..<200].map { TaskCall($0.task, TaskArguments($0.args), options: .init(queue: queue)) }
            let sent = try await fleet.app.send(ours)
            let reply = try await fleet.peer.call(
                "send_bulk",
                [
                    "task": "interop.mark",
                    "calls": .array(calls[200...].map { .array($0.args) }),
                    "options": ["queue": .string(queue)],
                ]
            )
            let ids = try sent + #require(reply["ids"]?.arrayValue).compactMap(\.stringValue)
            #expect(ids.count == lines.count)

            try await fleet.withCeleryWorker("mixed", queues: [queue], concurrency: 2) { _ in
                try await fleet.withWorker(queues: [queue], concurrency: 2) {
                    for (id, line) in zip(ids, lines) {
                        try #expect(await fleet.app.result(for: id, as: String.self).get() == line)
                    }
                }
            }
            let byUs = fleet.marks.lines.filter { $0.hasPrefix(queue) }
            let byPython = TextFile.contents(of: oracle).split(separator: "\n").map { $0.dropLast(" python".count) }
            #expect((byUs + byPython.map(String.init)).sorted() == lines.sorted())
            #expect(!byUs.isEmpty)
        }
    }
}
