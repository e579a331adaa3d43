import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// A large chord whose workers are killed while its members run.
@Suite(.stage, .serialized, .timeLimit(.minutes(8))) struct ChordKillTests {
    private static let size = 1000
    private static let kills = 10

    @Test func `A thousand members and ten kills give one body with the right values`() async throws {
        let stage = try Stage.require()
        let members = (0..<Self.size).map { index in
            index.isMultiple(of: 2)
                ? stage.app.signature("tasks.add", args: [.integer(Int64(index)), 1], options: .init(queue: "user"))
                : stage.app.signature("tasks.sleep", args: [Self.pause(index)], options: .init(queue: "user"))
        }
        // Nobody takes from the queue of the body as long as workers are killed: every body that is sent will be there.
        let body = stage.app.partialSignature("tasks.echo", options: .init(queue: "fans"))
        let result = try await chord(members, body.taking([JSONValue].self)).delay()

        try await withThrowingTaskGroup(of: Void.self) { group in
            for lane in 0..<2 {
                group.addTask {
                    for kill in stride(from: lane, to: Self.kills, by: 2) { try await Self.kill(kill, stage) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await stage.app.inspector.queue("fans").waiting == 0)
        try await Self.withWorker("last", stage) { _ in
            try await eventually("the members are done", timeout: .seconds(120)) {
                let queue = try await stage.app.inspector.queue("user")
                return queue.waiting + queue.inFlight + queue.delayed == 0
            }
        }
        let queue = try await stage.app.inspector.queue("user")
        #expect(queue.dead == 0)
        #expect(try await stage.app.inspector.queue("fans").waiting == 1)
        let values = try await stage.withWorker("body", "-Q", "fans") { _ in try await result.get() }
        let wanted = (0..<Self.size).map { $0.isMultiple(of: 2) ? .integer(Int64($0 + 1)) : Self.pause($0) }
        #expect(values == .array(wanted))
    }

    /// How long a member sleeps, which is also what it returns.
    private static func pause(_ index: Int) -> JSONValue {
        .double(0.03 + Double(index) / 100_000)
    }

    /// Runs a worker until the header is done to a certain part, and kills it then.
    private static func kill(_ number: Int, _ stage: Stage) async throws {
        try await self.withWorker("victim-\(number)", stage) { worker in
            let waiting = Self.size * (Self.kills - number) / (Self.kills + 1)
            try await eventually("\(waiting) members wait", timeout: .seconds(120)) {
                let queue = try await stage.app.inspector.queue("user")
                return queue.waiting <= waiting && queue.inFlight > 0
            }
            worker.send(9)
            #expect(try await worker.exitStatus() == 128 + 9)
        }
    }

    private static func withWorker(
        _ name: String,
        _ stage: Stage,
        _ body: (GuardedProcess) async throws -> Void
    ) async throws {
        try await stage.withWorker(name, "-Q", "user", "-c", "10", "--lease", "1", body: body)
    }
}
