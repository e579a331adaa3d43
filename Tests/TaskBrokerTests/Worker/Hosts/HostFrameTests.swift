import CeleryProtocol
import Testing

@testable import TaskBroker

struct HostFrameTests {
    /// What a decoder makes of bytes that come in pieces.
    private static func frames(_ bytes: [UInt8], piece: Int) throws(HostProtocolError) -> [HostFrame] {
        var decoder = HostFrameDecoder()
        var frames: [HostFrame] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            decoder.append(bytes[start..<min(start + piece, bytes.count)])
            while let frame = try decoder.next() { frames.append(frame) }
        }
        return frames
    }

    /// One frame of each kind that says something.
    private static var samples: [HostFrame] {
        let message = Publication(
            destination: .exchange(.topic("media"), routingKey: "media.image"),
            priority: 3,
            payload: [1, 2, 3],
            unique: .init(key: UniqueKey("key", for: .seconds(5)), taskID: "id")
        )
        let result = ResultDocument(status: "SUCCESS", result: [1], taskID: "a")
        return [
            HostHello(
                pid: 42,
                tasks: [
                    "tasks.add": TaskSettings(
                        ignoresResult: true,
                        isErrorHandler: true,
                        rateLimit: .perMinute(10),
                        timeLimits: TimeLimits(soft: .seconds(1), hard: .seconds(2))
                    )
                ],
                makesMessages: true
            ).frame,
            RunOrder(
                id: 7,
                raw: Array("{}".utf8),
                queue: "celery",
                redeliveries: 2,
                storesResult: true,
                started: Timestamp(microseconds: 1_767_225_600_000_000),
                limits: TimeLimits(hard: .seconds(3))
            ).frame,
            RunReport(
                id: 7,
                outcome: .success(["x": 1.5]),
                children: [ResultNode(id: "child")],
                isFollowed: true
            ).frame,
            RunReport(
                id: 8,
                outcome: .retry(after: .seconds(2), cause: ExceptionDocument(type: "E", message: ["m"], module: nil)),
                children: [],
                isFollowed: false
            ).frame,
            HostCall.publish([message, Publication(destination: .queue("celery"), payload: [4])]).frame(1),
            HostCall.store([ResultWrite(taskID: "a", payload: [5, 6], expires: .seconds(9))]).frame(2),
            HostCall.prepare([], [ChordStart(groupID: "g", size: 2)], expires: nil).frame(3),
            HostCall.inspect(.contents(queues: ["celery"])).frame(4),
            HostReply([.sent, .duplicate(of: "first")]).frame(1),
            HostReply([result, nil]).frame(2),
            HostQuestion.messages([CanvasCall(task: "tasks.add", args: [1, 2])]).frame(5),
            HostAnswer.messages([message]).frame(5),
            HostFrame(.cancel, [.run: 7]),
        ]
    }

    @Test(arguments: [1, 3, 7, 4096])
    func `frames survive the way, however their bytes come`(piece: Int) throws {
        let bytes = try Self.samples.flatMap { try $0.encoded() }
        #expect(try Self.frames(bytes, piece: piece) == Self.samples)
    }

    @Test func `the bytes are those of the document`() throws {
        let frame = HostFrame(.cancel, [.run: 7])
        let head = Array(#"{"run": 7}"#.utf8)
        #expect(try frame.encoded() == [0, 0, 0, 15, 2, 0, 0, 0, 10] + head)
    }

    @Test func `what a task sends arrives as it was`() throws {
        let samples = Self.samples
        guard case .publish(let messages, let none)? = try HostCall(samples[4]) else {
            Issue.record("no publish")
            return
        }
        #expect(none == PublishTerms())
        #expect(messages.map(\.payload) == [[1, 2, 3], [4]])
        #expect(messages[0].destination == .exchange(.topic("media"), routingKey: "media.image"))
        #expect(messages[0].unique?.key.duration == .seconds(5))
        #expect(try samples[8].receipts() == [.sent, .duplicate(of: "first")])
        #expect(try samples[9].documents().map { $0?.result } == [[1], nil])
    }

    @Test func `how safely a task sends, and what became of it, arrive as they were`() throws {
        let unique = Publication.UniqueClaim(
            key: UniqueKey("k", for: .seconds(5)),
            taskID: "t",
            retryWindow: .seconds(2)
        )
        let publications = [PublishDurability.sent, .acknowledged, .replicated(2, timeout: .milliseconds(250))].map {
            Publication(destination: .queue("q"), payload: [1], unique: unique, durability: $0)
        }
        let bounds = ["q": QueueBound(maxLength: 3), "r": QueueBound(maxLength: 4, onFull: .block(.seconds(1)))]
        let terms = PublishTerms(bounds: bounds, isWhole: true)
        guard case .publish(publications, terms)? = try HostCall(HostCall.publish(publications, terms).frame(1)) else {
            Issue.record("another call")
            return
        }
        let receipts: [PublishReceipt] = [
            .sent, .duplicate(of: "t"), .refused(QueueFull(queue: "q", maxLength: 3, length: 2)),
            .uncertain(PublishUncertainty(replicas: 1, wanted: 2, reason: "why")),
        ]
        #expect(try HostReply(receipts).frame(1).receipts() == receipts)
    }

    @Test func `a value that cannot be read makes its task fail, not its host`() throws {
        var frame = RunReport(id: 1, outcome: .success(1), children: [], isFollowed: false).frame
        frame.body = Array("[1".utf8)
        guard case .failure = try RunReport(frame).outcome else {
            Issue.record("no failure")
            return
        }
    }

    @Test(
        arguments: [
            [0, 0, 0, 4, 1, 0, 0, 0, 0],
            [255, 255, 255, 255, 1],
            [0, 0, 0, 6, 1, 0, 0, 0, 9, 0],
            [0, 0, 0, 7, 1, 0, 0, 0, 2, 91, 93],
        ] as [[UInt8]]
    )
    func `what is no frame is refused`(bytes: [UInt8]) {
        #expect(throws: HostProtocolError.self) { _ = try Self.frames(bytes, piece: 64) }
    }

    @Test func `mutated frames are read or refused, never more than that`() {
        var random = SeededGenerator(seed: 20_261_128)
        let samples = Self.samples.compactMap { try? $0.encoded() }
        for _ in 0..<20_000 {
            guard var bytes = samples.randomElement(using: &random) else { continue }
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: bytes.remove(at: index)
                default: bytes.insert(UInt8.random(in: .min ... .max, using: &random), at: index)
                }
                if bytes.isEmpty { bytes = [0] }
            }
            guard let frames = try? Self.frames(bytes, piece: 64) else { continue }
            for frame in frames { Self.readInEveryWay(frame) }
        }
    }

    /// Reads a frame as each side would, whatever it says that it is.
    private static func readInEveryWay(_ frame: HostFrame) {
        _ = try? HostHello(frame)
        _ = try? RunOrder(frame)
        _ = try? RunReport(frame)
        _ = try? HostCall(frame)
        _ = try? HostQuestion(frame)
        _ = try? HostAnswer(frame)
        _ = (frame.failure, try? frame.receipts(), try? frame.documents(), frame.group(), try? frame.chord())
    }
}
