import CeleryProtocol
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import TaskBroker

/// A real host that is sent damaged frames: it may refuse them and end, and it never crashes.
@Suite(.timeLimit(.minutes(3))) struct HostFuzzTests {
    private static let rounds: UInt64 = 40

    @Test func `damaged frames end a host, and never by a signal`() async throws {
        let configuration = try HostStage.taskctl(count: 1)
        var statuses: Set<ProcessEnd> = []
        for seed in 1...Self.rounds {
            let process = try await HostProcess.start(configuration)
            for await event in process.events {
                guard case .hello = event else { continue }
                for frame in try Self.damaged(seed) { process.send(bytes: frame) }
                break
            }
            process.close()
            statuses.insert(await process.reap())
        }
        #expect(statuses.isSubset(of: [.exited(0), .exited(76), .exited(1), .exited(78)]), "\(statuses)")
    }

    /// Frames of a supervisor, one byte of each in three changed.
    private static func damaged(_ seed: UInt64) throws -> [[UInt8]] {
        var random = SeededGenerator(seed: seed)
        let message = TaskMessage(
            headers: TaskHeaders(task: "tasks.add", id: Identifier.uuid4()),
            properties: MessageProperties(deliveryTag: "tag", routingKey: "celery"),
            args: [2, 2]
        )
        let order = RunOrder(
            id: 1,
            raw: message.encoded(),
            queue: "celery",
            redeliveries: 0,
            storesResult: true,
            started: .now(),
            limits: TimeLimits()
        )
        let frames = [
            order.frame, HostFrame(.cancel, [.run: 1]), HostQuestion.messages([CanvasCall(task: "tasks.add")]).frame(1),
            HostReply([.sent]).frame(1), HostFrame(.update, [.watch: 1, .task: "a"], body: [1]),
        ]
        return try (0..<20).map { _ in
            var bytes = try frames[Int.random(in: 0..<frames.count, using: &random)].encoded()
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                // The length stays, so that the rest is read at all.
                bytes[Int.random(in: 4..<bytes.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            return bytes
        }
    }
}
