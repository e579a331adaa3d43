import CeleryProtocol
import Testing

@testable import TaskBroker

struct HostFrameTests {
    /// What a decoder makes of bytes that come in pieces.
    private static func frames(_ bytes: [UInt8], piece: Int) throws(HostProtocolError) -> [EncodedHostFrame] {
        var decoder = HostFrameDecoder()
        var frames: [EncodedHostFrame] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            decoder.append(bytes[start..<min(start + piece, bytes.count)])
            while let frame = try decoder.next() { frames.append(frame) }
        }
        return frames
    }

    private static let message = Publication(
        destination: .exchange(.topic("media"), routingKey: "media.image"),
        priority: 3,
        payload: [1, 2, 3],
        unique: .init(key: UniqueKey("key", for: .seconds(5)), taskID: "id")
    )

    private static let publish = HostCall.publish(
        [Self.message, Publication(destination: .queue("celery"), payload: [4])]
    ).frame(1)
    private static let receipts = HostReply([.sent, .duplicate(of: "first")]).frame(1)
    private static let results = HostReply([ResultDocument(status: "SUCCESS", result: [1], taskID: "a"), nil]).frame(2)

    private static let order = RunOrder(
        id: 7,
        raw: Array("{}".utf8),
        queue: "celery",
        redeliveries: 2,
        storesResult: true,
        started: Timestamp(microseconds: 1_767_225_600_000_000),
        limits: TimeLimits(hard: .seconds(3)),
        summary: RunOrder.Summary(task: "tasks.add", body: 0..<2)
    )

    /// One frame of each kind that says something.
    private static var samples: [EncodedHostFrame] {
        let settings = TaskSettings(
            ignoresResult: true,
            isErrorHandler: true,
            rateLimit: .perMinute(10),
            timeLimits: TimeLimits(soft: .seconds(1), hard: .seconds(2))
        )
        let cause = ExceptionDocument(type: "E", message: ["m"], module: nil)
        let runs = [
            Self.order.frame,
            RunReport(id: 7, outcome: .success(["x": 1.5]), children: [ResultNode(id: "child")], isFollowed: true)
                .frame,
            RunReport(id: 8, outcome: .retry(after: .seconds(2), cause: cause)).frame,
            RunReport(id: 9, outcome: .undeliverable(reason: "r", cause, traceback: "t")).frame,
        ]
        let others = [
            HostHello(pid: 42, tasks: ["tasks.add": settings], makesMessages: true).frame,
            Self.publish,
            HostCall.store([ResultWrite(taskID: "a", payload: [5, 6], expires: .seconds(9))]).frame(2),
            HostCall.prepare([], [ChordStart(groupID: "g", size: 2)], expires: nil).frame(3),
            HostCall.inspect(.contents(queues: ["celery"])).frame(4),
            Self.receipts,
            Self.results,
            HostQuestion.messages([CanvasCall(task: "tasks.add", args: [1, 2])]).frame(5),
            HostAnswer.messages([Self.message]).frame(5),
            HostFrame(.cancel, [.run: 7]),
        ]
        return runs + others.map(\.encoded)
    }

    private static func bytes(_ frames: [EncodedHostFrame]) throws(HostProtocolError) -> [UInt8] {
        var bytes: [UInt8] = []
        for frame in frames { try frame.append(to: &bytes) }
        return bytes
    }

    @Test(arguments: [1, 3, 7, 4096])
    func `frames survive the way, however their bytes come`(piece: Int) throws {
        #expect(try Self.frames(Self.bytes(Self.samples), piece: piece) == Self.samples)
    }

    @Test func `the bytes are those of the document`() throws {
        let head = Array(#"{"run": 7}"#.utf8)
        #expect(
            try Self.bytes([HostFrame(.cancel, [.run: 7]).encoded]) == [0, 0, 0, 15, 2, 0, 0, 0, 10] + head
        )
    }

    @Test func `an order arrives as it was, whatever else its head says and in whatever order`() throws {
        let order = try RunOrder(Self.order.frame)
        #expect(order.id == 7 && order.queue == "celery" && order.redeliveries == 2 && order.storesResult)
        #expect(order.raw == Self.order.raw && order.started == Self.order.started)
        #expect(order.limits == TimeLimits(hard: .seconds(3)))
        #expect(order.summary == Self.order.summary)
        let head = #"{"new": [{"a": 1}], "hard": null, "started": 5, "stores": false, "queue": "q\u00e9", "run": 9}"#
        let other = try RunOrder(EncodedHostFrame(kind: .run, head: Array(head.utf8)))
        #expect(other.id == 9 && other.queue == "q\u{e9}" && !other.storesResult && other.limits == TimeLimits())
        for head in [#"{"queue": "q", "started": 5}"#, #"{"run": "1", "queue": "q", "started": 5}"#, "[]", "", "{}{}"] {
            #expect(throws: HostProtocolError.self) {
                _ = try RunOrder(EncodedHostFrame(kind: .run, head: Array(head.utf8)))
            }
        }
    }

    @Test(arguments: [(0, 3), (3, 0), (-1, 1), (1, -1), (Int.max, 1), (1, Int.max)])
    func `a body that is not within the message counts as none`(start: Int, length: Int) throws {
        let head = #"{"run": 9, "queue": "q", "started": 5, "task": "t", "body": \#(start), "body_length": \#(length)}"#
        let order = try RunOrder(EncodedHostFrame(kind: .run, head: Array(head.utf8), body: [1, 2]))
        #expect(order.summary == nil)
    }

    @Test(
        arguments: [
            .success([1, "two"]), .failure(ExceptionDocument(type: "E", message: ["m"], module: "x"), traceback: "t"),
            .retry(after: .milliseconds(1500), cause: nil), .rejected(reason: "r", requeue: true), .ignored, .cancelled,
            .replaced(by: SignatureNode(.task("t"))),
            .undeliverable(reason: "r", ExceptionDocument(type: "E", message: [], module: nil), traceback: nil),
        ] as [TaskOutcome]
    )
    func `how a task ended arrives as it was`(outcome: TaskOutcome) throws {
        let frame = RunReport(id: 3, outcome: outcome).frame
        // Written once more, so that every member has been read.
        #expect(try RunReport(frame).frame == frame)
    }

    @Test func `what a task sends arrives as it was`() throws {
        guard case .publish(let messages, let none)? = try HostCall(Self.publish) else {
            Issue.record("no publish")
            return
        }
        #expect(none == PublishTerms())
        #expect(messages.map(\.payload) == [[1, 2, 3], [4]])
        #expect(messages[0].destination == .exchange(.topic("media"), routingKey: "media.image"))
        #expect(messages[0].unique?.key.duration == .seconds(5))
        #expect(try Self.receipts.receipts() == [.sent, .duplicate(of: "first")])
        #expect(try Self.results.documents().map { $0?.result } == [[1], nil])
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
        var frame = RunReport(id: 1, outcome: .success(1)).frame
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
        #expect(throws: HostProtocolError.self) {
            for frame in try Self.frames(bytes, piece: 64) { _ = try HostFrame(frame) }
        }
    }

    @Test func `mutated frames are read or refused, never more than that`() {
        var random = SeededGenerator(seed: 20_261_128)
        let samples = Self.samples.compactMap { try? Self.bytes([$0]) }
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
    private static func readInEveryWay(_ encoded: EncodedHostFrame) {
        _ = try? RunOrder(encoded)
        _ = try? RunReport(encoded)
        guard let frame = try? HostFrame(encoded) else { return }
        _ = try? HostHello(frame)
        _ = try? HostCall(frame)
        _ = try? HostQuestion(frame)
        _ = try? HostAnswer(frame)
        _ = (frame.failure, try? frame.receipts(), try? frame.documents(), frame.group(), try? frame.chord())
    }
}
