import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension CeleryInterop {
    /// Celery's script and ours count the parts of one chord.
    struct MixedChordTests {
        private static let size: Int64 = 60

        @Test(arguments: Direction.allCases)
        func `A chord with half of its members in each language has one body`(direction: Direction) async throws {
            let fleet = try Fleet.require()
            let (ours, python, last) = (unique("ours"), unique("python"), unique("body"))
            let members = (0..<Self.size).map { index in
                fleet.app.signature(
                    "interop.echo",
                    args: [.integer(index)],
                    options: .init(queue: index.isMultiple(of: 2) ? ours : python)
                )
            }
            let body = fleet.app.partialSignature("interop.echo", options: .init(queue: last))
            let chords = (0..<5).map { _ in chord(members, body.taking([JSONValue].self)) }
            let results = try await fleet.withCeleryWorker(python, queues: [python], concurrency: 2) { _ in
                try await fleet.withWorker(queues: [ours], concurrency: 2) {
                    var results: [AsyncResult<JSONValue>] = []
                    for chord in chords { results.append(try await chord.delay()) }
                    // Nobody takes from the queue of the bodies yet: all that are sent will be there.
                    try await eventually("the bodies are sent", timeout: .seconds(120)) {
                        try await fleet.app.inspector.queue(last).waiting >= chords.count
                    }
                    return results
                }
            }
            // Both workers have ended, and with them everything that they had to say.
            #expect(try await fleet.app.inspector.queue(last).waiting == chords.count)
            try await fleet.withOnlyWorker(direction, queue: last) {
                for result in results {
                    try #expect(await result.get() == .array((0..<Self.size).map { .integer($0) }))
                }
            }
        }
    }
}
