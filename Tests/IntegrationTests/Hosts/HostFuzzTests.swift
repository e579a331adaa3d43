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
                for frame in Self.damaged(seed) { try process.send(frame) }
                break
            }
            process.close()
            statuses.insert(await process.reap())
        }
        #expect(statuses.isSubset(of: [.exited(0), .exited(76), .exited(1), .exited(78)]), "\(statuses)")
    }

    /// Frames of a supervisor, some bytes of each changed.
    private static func damaged(_ seed: UInt64) -> [EncodedHostFrame] {
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
            order.frame, HostFrame(.cancel, [.run: 1]).encoded,
            HostQuestion.messages([CanvasCall(task: "tasks.add")]).frame(1).encoded,
            HostReply([.sent]).frame(1).encoded, HostFrame(.update, [.watch: 1, .task: "a"], body: [1]).encoded,
        ]
        return (0..<20).map { _ in
            var frame = frames[Int.random(in: 0..<frames.count, using: &random)]
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let byte = UInt8.random(in: .min ... .max, using: &random)
                switch Int.random(in: 0..<8, using: &random) {
                case 0: frame.kind = HostFrame.Kind(rawValue: byte)
                case 1..<5: frame.head[Int.random(in: frame.head.indices, using: &random)] = byte
                default: if let index = frame.body.indices.randomElement(using: &random) { frame.body[index] = byte }
                }
            }
            return frame
        }
    }
}
