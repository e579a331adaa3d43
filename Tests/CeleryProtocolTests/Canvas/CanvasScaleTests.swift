import CeleryProtocol
import Testing

/// Canvases as large as they are used, and a little larger, take time in proportion to their size.
struct CanvasScaleTests {
    private static func tasks(_ count: Int) -> [SignatureNode] {
        (0..<count).map { SignatureNode(.task("t"), args: [.integer(Int64($0))]) }
    }

    @Test func `plans a chord of two thousand members`() throws {
        let plan = try SignatureNode.chord(Self.tasks(2000), body: SignatureNode(.task("body"))).plan()
        #expect(plan.calls.count == 2000)
        #expect(plan.chords.map(\.size) == [2000])
        #expect(plan.calls.map { $0.options["group_index"] } == (0..<2000).map { .integer($0) })
        #expect(Set(plan.calls.map { $0.options["task_id"] }).count == 2000)
    }

    @Test(.timeLimit(.minutes(4)))
    func `composes and plans a chain of fifty thousand tasks`() throws {
        let chain = SignatureNode.chain([.group(Self.tasks(2))] + Self.tasks(50_000))
        let plan = try chain.plan()
        #expect(plan.calls.count == 2)
        var node = try #require(plan.results.first)
        #expect(node.parent?.children?.count == 2)
        let plain = try SignatureNode.chain(Self.tasks(50_000)).plan()
        #expect(plain.calls[0].embed.chain?.count == 49_999)
        node = try #require(plain.results.first)
        var generations = 1
        while let parent = node.parent {
            node = parent
            generations += 1
        }
        #expect(generations == 50_000)
        #expect(node.id == plain.calls[0].options["task_id"]?.stringValue)
    }

    @Test(.timeLimit(.minutes(4)))
    func `plans ten thousand tasks in groups within groups`() throws {
        let inner = (0..<50).map { _ in SignatureNode.group(Self.tasks(200)) }
        let plan = try SignatureNode.chord(inner, body: SignatureNode(.task("body"))).plan()
        #expect(plan.chords.map(\.size) == [10_000])
        #expect(plan.calls.count == 10_000)
    }

    @Test func `refuses to send more than ten thousand messages at once, and says what to do instead`() throws {
        let error = #expect(throws: CanvasError.self) { try SignatureNode.group(Self.tasks(10_001)).plan() }
        #expect(error?.message.contains("10000 messages") == true)
        #expect(error?.message.contains("chunks") == true)
        let items = (0..<10_001).map { JSONValue.array([.integer($0)]) }
        let chunks = SignatureNode(.chunks(task: SignatureNode(.task("t")), items: items, size: 2))
        #expect(try chunks.plan().calls.count == 5001)
        // Each of two hundred members calls two hundred errbacks of the group.
        var body = SignatureNode.group(Self.tasks(200))
        body.options["link_error"] = .array((0..<200).map { SignatureNode(.task("errback\($0)")).json })
        let continuation = TaskContinuation(headers: TaskHeaders(task: "t", id: "id"), embed: TaskEmbed())
        let failure = ExceptionDocument(type: "E", message: [], module: nil)
        let plan = continuation.chordFailure(body.json, error: .dependency("d", raised: failure))
        #expect(plan.plan.calls.count == 10_000)
        #expect(plan.failures.count == 201)
        #expect(plan.problems.count == 1)
        let handled = continuation.chordFailure(body.json, error: .dependency("d", raised: failure)) { _ in true }
        #expect(handled.handlers.count == 10_000)
    }

    @Test func `lists with each member of a body that fails what was sent for it`() throws {
        let members = Self.tasks(2000).map { task in
            var task = task
            task.linkError(SignatureNode(.task("errback")))
            return task
        }
        let continuation = TaskContinuation(headers: TaskHeaders(task: "t", id: "id"), embed: TaskEmbed())
        let failure = ExceptionDocument(type: "E", message: [], module: nil)
        let body = SignatureNode.group(members).json
        let plan = continuation.chordFailure(body, error: .dependency("d", raised: failure))
        #expect(plan.plan.calls.count == 2000)
        #expect(plan.failures.map(\.children.count) == Array(repeating: 1, count: 2000) + [2000])
    }

    @Test func `joins two thousand parts`() throws {
        let parts = (0..<2000).map { index in
            ChordPart(
                groupID: "g",
                taskID: "\(index)",
                groupIndex: index,
                state: "SUCCESS",
                result: .integer(Int64(index))
            )
        }
        #expect(try ChordJoin.values(ofParts: parts.map(\.memberText)) == (0..<2000).map { .integer($0) })
    }
}
