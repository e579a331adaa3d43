import CeleryProtocol
import Testing

/// The rules of celery-wire §7, one by one, where no recorded message shows them.
struct CanvasRuleTests {
    private static func task(_ name: String) -> SignatureNode { SignatureNode(.task(name)) }
    private static let a = task("a")
    private static let b = task("b")
    private static let c = task("c")
    private static let d = task("d")
    private static let ab = SignatureNode.group([a, b])

    private static func chain(_ tasks: SignatureNode...) -> SignatureNode { SignatureNode(.chain(tasks)) }
    private static func chord(_ header: SignatureNode, _ body: SignatureNode) -> SignatureNode {
        SignatureNode(.chord(header: header, body: body))
    }

    // MARK: Composition (§7.3)

    static let compositions: [(SignatureNode, SignatureNode, SignatureNode)] = [
        (a, b, chain(a, b)),
        (a, chain(b, c), chain(a, b, c)),
        (chain(a, b), chain(c, d), chain(a, b, c, d)),
        (a, ab, chain(a, ab)),
        (a, .group([b]), chain(a, b)),
        (a, .group([]), a),
        (chain(a, b), .group([]), chain(a, b)),
        (chain(), ab, ab),
        (ab, c, chord(ab, c)),
        (ab, .group([c, d]), chord(ab, .group([c, d]))),
        (ab, .group([]), ab),
        (chain(a, ab), c, chain(a, chord(ab, c))),
        (chain(a, chord(ab, c)), d, chain(a, chord(ab, chain(c, d)))),
        (chain(a, chord(ab, c)), ab, chain(a, chord(ab, chain(c, ab)))),
        (chord(ab, c), d, chord(ab, chain(c, d))),
        (chord(ab, c), .group([d]), chord(ab, chain(c, d))),
        (chord(ab, c), ab, chain(chord(ab, c), ab)),
        (chord(ab, c), chain(a, b), chain(chord(ab, c), a, b)),
        (chain(chord(ab, c)), chord(ab, d), chain(chord(ab, c), chord(ab, d))),
    ]

    @Test(arguments: Self.compositions)
    func `pipes as Celery does`(first: SignatureNode, next: SignatureNode, expected: SignatureNode) {
        #expect(first.piped(into: next) == expected)
    }

    @Test func `moves the links of a chain to its tasks when more follows`() {
        var chain = Self.chain(Self.a, Self.b)
        chain.link(Self.c)
        chain.linkError(Self.d)
        var a = Self.a
        a.linkError(Self.d)
        var b = Self.b
        b.link(Self.c)
        b.linkError(Self.d)
        #expect(chain.piped(into: Self.c) == Self.chain(a, b, Self.c))
    }

    @Test func `links to the first task of a group, immutable, and errbacks to each`() {
        var group = Self.ab
        group.link(Self.c)
        group.linkError(Self.d)
        var callback = Self.c
        callback.isImmutable = true
        var a = Self.a
        a.options = ["link": [callback.json], "link_error": [Self.d.json]]
        var b = Self.b
        b.options = ["link_error": [Self.d.json]]
        #expect(group == .group([a, b]))
    }

    @Test func `links to the body of a chord, and errbacks to chords in its header`() {
        var chord = Self.chord(.group([Self.a, Self.chord(Self.ab, Self.b)]), Self.c)
        chord.link(Self.d)
        chord.linkError(Self.d)
        var inner = Self.b
        inner.options = ["link_error": [Self.d.json]]
        var body = Self.c
        body.options = ["link": [Self.d.json], "link_error": [Self.d.json]]
        #expect(chord == Self.chord(.group([Self.a, Self.chord(Self.ab, inner)]), body))

        var everywhere = Self.chord(Self.ab, Self.c)
        everywhere.linkError(Self.d, onHeaders: true)
        var immutable = Self.d
        immutable.isImmutable = true
        guard case .chord(let header, _) = everywhere.kind, case .group(let tasks) = header.kind else {
            Issue.record("no chord")
            return
        }
        #expect(tasks.map { $0.options["link_error"] } == [[immutable.json], [immutable.json]])
    }

    @Test func `adds the same link once`() {
        var task = Self.a
        task.link(Self.b)
        task.link(Self.b)
        #expect(task.options["link"] == [Self.b.json])
    }

    @Test func `stamps every task of a tree and its links`() {
        var canvas = Self.chain(Self.a, Self.chord(Self.ab, Self.c))
        canvas.link(Self.d)
        canvas.stamp(["tenant": "t1", "beta": 1])
        let stamps: [String: JSONValue] = ["tenant": "t1", "beta": 1, "stamped_headers": ["beta", "tenant"]]
        let plan = try? canvas.plan()
        let options = plan?.calls.first?.options ?? [:]
        #expect(options.filter { stamps[$0.key] != nil } == stamps)
        var body = Self.c
        body.options = stamps
        guard case .chain(let tasks) = canvas.kind, case .chord(_, let stamped) = tasks[1].kind else {
            Issue.record("no chain")
            return
        }
        #expect(stamped == body)
        #expect(canvas.options["link"]?[0]?["options"] == .object(stamps))
    }

    // MARK: Applying (§7.2)

    @Test func `keeps the group and the stamps of a signature, and takes other options`() throws {
        let options: [String: JSONValue] = ["group_id": "g", "stamped_headers": ["s"], "s": 1, "queue": "q"]
        let task = SignatureNode(.task("a"), args: [2], kwargs: ["x": 1], options: options)
        let given: [String: JSONValue] = ["group_id": "h", "s": 2, "queue": "r", "priority": nil]
        let call = try #require(try task.plan(args: [1], kwargs: ["x": 2], options: given).calls.first)
        #expect(call.args == [1, 2])
        #expect(call.kwargs == ["x": 2])
        #expect(call.options["group_id"] == "g" && call.options["s"] == 1 && call.options["queue"] == "r")
        #expect(call.options["priority"] == nil)
    }

    @Test func `names the running task as parent`() throws {
        let parent = CanvasParent(taskID: "parent", rootID: "root")
        for canvas in [Self.a, Self.chain(Self.a, Self.b), Self.ab, Self.chord(Self.ab, Self.c)] {
            for call in try canvas.plan(in: parent).calls {
                #expect(call.options["parent_id"] == "parent" && call.options["root_id"] == "root")
            }
        }
    }

    @Test func `refuses callbacks for a group`() {
        #expect(throws: CanvasError.self) { try Self.ab.plan(options: ["link": Self.c.json]) }
    }

    @Test func `sends nothing for a chain without tasks`() throws {
        #expect(try Self.chain().plan() == CanvasPlan())
        #expect(throws: CanvasError.self) {
            var chain = Self.chain()
            _ = try chain.freeze()
        }
    }

    @Test func `delays the header of a chord, not its body`() throws {
        let plan = try Self.chord(Self.ab, Self.c).plan(options: ["countdown": 5])
        #expect(plan.calls.allSatisfy { $0.options["countdown"] == 5 })
        #expect(plan.calls[0].embed.chord?["options"]?["countdown"] == nil)
    }

    @Test func `routes a map by the task that is mapped`() throws {
        let chunks = SignatureNode(.chunks(task: Self.a, items: [[1], [2], [3]], size: 2))
        let plan = try chunks.plan()
        #expect(plan.calls.map(\.task) == ["celery.starmap", "celery.starmap"])
        #expect(plan.calls.map(\.routingName) == ["a", "a"])
    }

    // MARK: Freezing (§7.4)

    static let canvases =
        compositions.map(\.2) + [
            .chord([chain(a, ab), .group([c, .group([d, a])]), chord(ab, ab)], body: chain(c, ab, d)),
            SignatureNode(.chunks(task: a, items: [[1], [2], [3]], size: 2)),
        ]

    @Test(arguments: Self.canvases)
    func `freezes once, with ids of its own for everything`(canvas: SignatureNode) throws {
        var frozen = canvas
        var count = 0
        let result = try frozen.freeze {
            count += 1
            return "id\(count)"
        }
        var again = frozen
        #expect(try again.freeze { "another" } == result)
        #expect(again == frozen)
        #expect(try SignatureNode(json: frozen.json) == frozen)
        #expect(ResultNode(json: result.json) == result)

        let plan = try frozen.plan()
        #expect(plan.results.map(\.id) == [result.id])
        let ids = plan.calls.compactMap { $0.options["task_id"]?.stringValue }
        #expect(Set(ids).count == plan.calls.count && ids.allSatisfy { $0.hasPrefix("id") })
    }

    @Test func `flattens groups in Celery's order`() throws {
        var group = SignatureNode.group([Self.a, .group([Self.b, .group([Self.c, Self.d])]), Self.a])
        _ = try group.freeze()
        guard case .group(let tasks) = group.kind else { return }
        #expect(tasks.map(\.taskName) == ["a", "d", "c", "b", "a"])
        #expect(tasks.map { $0.options["group_index"] } == [0, 1, 2, 3, 4])
    }

    @Test func `gives the id of a chain to its last task and that of a chord to its body`() throws {
        var chain = Self.chain(Self.a, Self.b)
        #expect(try chain.freeze(id: "x").id == "x")
        var chord = Self.chord(Self.ab, Self.c)
        let result = try chord.freeze(id: "y")
        #expect(result.id == "y")
        #expect(result.parent?.id == chord.taskID)
    }

    // MARK: Failing and adding (§7.6, §7.8)

    @Test func `fails the rest of a chain with everything in it`() throws {
        let chord = JSONValue.object(["task": "body"])
        var rest = Self.chain(Self.chord(Self.ab, Self.c), Self.ab)
        _ = try rest.freeze(groupID: "outer", chord: chord, groupIndex: 3)
        guard case .chain(let tasks) = rest.kind else { return }
        let headers = TaskHeaders(task: "t", id: "failed")
        let embed = TaskEmbed(chain: tasks.reversed().map(\.json))
        let failure = ExceptionDocument(type: "E", message: ["x"], module: "m")
        let plan = TaskContinuation(headers: headers, embed: embed).afterFailure(failure)
        // The group and its two members, the chord and its body.
        #expect(plan.failures.count == 5)
        #expect(plan.failures.allSatisfy { $0.exception == failure })
        #expect(plan.parts.map(\.groupID) == ["outer", "outer"])
        #expect(plan.parts.allSatisfy { $0.body == chord && $0.state == "FAILURE" && $0.result == failure.json })
    }

    @Test func `adds a signature to the chord of the running task`() throws {
        let headers = TaskHeaders(task: "t", id: "id", group: "g", groupIndex: 2, rootID: "root")
        let continuation = TaskContinuation(headers: headers, embed: TaskEmbed(chord: ["task": "body"]))
        let plan = try continuation.addition(toChord: Self.a)
        #expect(plan.additions == ["g"])
        let call = try #require(plan.calls.first)
        #expect(call.options["group_id"] == "g" && call.options["group_index"] == 2)
        #expect(call.embed.chord == ["task": "body"])
        #expect(throws: CanvasError.self) { try continuation.addition(toChord: Self.ab) }
        let alone = TaskContinuation(headers: TaskHeaders(task: "t", id: "id"), embed: TaskEmbed())
        #expect(throws: CanvasError.self) { try alone.addition(toChord: Self.a) }
    }

    @Test func `returns no part without a chord or a group`() {
        let embed = TaskEmbed(chord: ["task": "body"])
        let alone = TaskContinuation(headers: TaskHeaders(task: "t", id: "id"), embed: embed)
        #expect(alone.chordPart(state: "SUCCESS", result: 1) == nil)
        let member = TaskContinuation(headers: TaskHeaders(task: "t", id: "id", group: "g"), embed: embed)
        let part = member.chordPart(state: "SUCCESS", result: 1)
        #expect(part?.memberText == #"[1, "id", "SUCCESS", 1]"#)
        #expect(part?.countedText == "id:+inf")
    }

    @Test func `joins a saved group as it is nested`() throws {
        let group = ResultNode(
            id: "g",
            children: [ResultNode(id: "a"), ResultNode(id: "h", children: [ResultNode(id: "b"), ResultNode(id: "c")])]
        )
        #expect(SavedGroup(json: SavedGroup(node: group).json)?.node == group)
        #expect(group.taskIDs == ["a", "b", "c"])
        var results: [String: ResultDocument] = [:]
        for (id, value) in [("a", 1), ("b", 2), ("c", 3)] as [(String, JSONValue)] {
            results[id] = ResultDocument(status: "SUCCESS", result: value, taskID: id)
        }
        #expect(try ChordJoin.values(of: group, results: results) == [1, [2, 3]])

        let failure = ExceptionDocument(type: "ValueError", message: ["boom"], module: "builtins")
        results["b"] = ResultDocument(status: "FAILURE", result: failure.json, taskID: "b")
        results["c"] = nil
        let error = #expect(throws: ChordError.self) { try ChordJoin.values(of: group, results: results) }
        #expect(error?.exception.message == ["Join error: ValueError('boom')"])
        results["b"] = nil
        #expect(throws: ChordError.self) { try ChordJoin.values(of: group, results: results) }
    }

    @Test func `reads the old form of a result`() {
        #expect(ResultNode(json: ["id", nil]) == ResultNode(id: "id"))
    }
}
