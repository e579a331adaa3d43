import CeleryProtocol
import Testing

/// Signatures come from other people's messages: whatever they hold, they cost little and end in an error or a plan.
struct CanvasHostilityTests {
    private static func task(_ name: String = "t") -> JSONValue { ["task": .string(name)] }

    private static func composition(_ type: String, _ tasks: [JSONValue]) -> JSONValue {
        ["task": .string("celery.\(type)"), "kwargs": ["tasks": .array(tasks)], "subtask_type": .string(type)]
    }

    @Test(arguments: ["chain", "group"])
    func `refuses what is nested ten thousand deep`(type: String) {
        var json = Self.task()
        for _ in 0..<10_000 { json = Self.composition(type, [json]) }
        #expect(throws: CanvasError.self) { try SignatureNode(json: json) }
    }

    @Test func `refuses to apply what was nested too deeply by hand`() {
        var node = SignatureNode(.task("t"))
        for _ in 0..<10_000 { node = .group([node]) }
        #expect(throws: CanvasError.self) { try node.plan() }
        #expect(throws: CanvasError.self) { try node.freeze() }
    }

    @Test(arguments: ["chain", "group"])
    func `refuses a million tasks`(type: String) {
        let json = Self.composition(type, Array(repeating: Self.task(), count: 1_000_000))
        #expect(throws: CanvasError.self) { try SignatureNode(json: json) }
        let node = SignatureNode(.group(Array(repeating: SignatureNode(.task("t")), count: 1_000_000)))
        #expect(throws: CanvasError.self) { try node.plan() }
        let chunks = SignatureNode(
            .chunks(task: SignatureNode(.task("t")), items: Array(repeating: 0, count: 1_000_000), size: 1)
        )
        #expect(throws: CanvasError.self) { try chunks.plan() }
    }

    @Test func `refuses groups in a row that would be nested too deeply`() {
        let group = SignatureNode.group([SignatureNode(.task("t")), SignatureNode(.task("t"))])
        let chain = SignatureNode(.chain(Array(repeating: group, count: 10_000)))
        #expect(throws: CanvasError.self) { try chain.plan() }
    }

    @Test func `refuses what every message would repeat`() {
        let large = JSONValue.string(String(repeating: "x", count: 1 << 20))
        let header = Array(repeating: SignatureNode(.task("t")), count: 10_000)
        let chord = SignatureNode.chord(header, body: SignatureNode(.task("b"), args: [large]))
        #expect(throws: CanvasError.self) { try chord.plan() }
        #expect(throws: CanvasError.self) { try SignatureNode.group(header).plan(args: [large]) }
    }

    @Test func `refuses errbacks and mapped tasks that every message would repeat`() throws {
        let large = SignatureNode(.task("e"), args: [.string(String(repeating: "x", count: 20_000))])
        let tasks = Array(repeating: SignatureNode(.task("t")), count: 20_000)
        let errbacks: [String: JSONValue] = ["link_error": [large.json]]
        let chain = SignatureNode(.chain(tasks), options: errbacks)
        #expect(throws: CanvasError.self) { try chain.plan() }
        #expect(throws: CanvasError.self) { try SignatureNode(.chain(tasks)).plan(options: errbacks) }
        let chord = SignatureNode.chord([SignatureNode(.task("t"))], body: chain)
        #expect(throws: CanvasError.self) { try chord.plan() }
        let larger = SignatureNode(.task("t"), args: large.args + large.args)
        let items = Array(repeating: JSONValue.array([]), count: 8000)
        #expect(throws: CanvasError.self) { try SignatureNode(.chunks(task: larger, items: items, size: 1)).plan() }

        let headers = TaskHeaders(task: "t", id: "id")
        let callback = TaskContinuation(headers: headers, embed: TaskEmbed(callbacks: [chain.json]))
        #expect(throws: CanvasError.self) { try callback.afterSuccess(1) }
        let failing = TaskContinuation(headers: headers, embed: TaskEmbed(errbacks: [large.json]))
        #expect(throws: CanvasError.self) { try failing.replacement(by: SignatureNode(.chain(tasks))) }
        let following = TaskContinuation(headers: headers, embed: TaskEmbed(chain: [chain.json]))
        #expect(throws: CanvasError.self) { try following.replacement(by: SignatureNode(.task("t"))) }
        // What is usual is far from that.
        let usual = SignatureNode(.chain(Array(tasks.prefix(1000))), options: ["link_error": [large.json]])
        #expect(try usual.plan().calls.count == 1)
    }

    /// Bodies within bodies would double with each level if each header carried its own.
    @Test func `plans chords within bodies of chords in one message each`() throws {
        var body = SignatureNode(.task("t"))
        for _ in 0..<30 {
            body = .chord([SignatureNode(.task("t")), SignatureNode(.task("t"))], body: body)
        }
        let plan = try body.plan()
        #expect(plan.calls.count == 2)
        #expect(plan.calls[0].embed.chord?.description.utf8.count ?? .max < 100_000)
        #expect(try SignatureNode(json: body.json) == body)
    }

    static let malformed: [JSONValue] = [
        nil, true, 1, "task", [], [:], ["task": 1], ["task": ""], ["task": nil], ["args": []],
        ["task": "t", "args": [:]], ["task": "t", "args": "ab"], ["task": "t", "kwargs": []],
        ["task": "t", "options": 5], ["task": "t", "subtask_type": "pipeline"],
        ["task": "celery.chain", "kwargs": ["tasks": 5]], ["task": "celery.group", "kwargs": ["tasks": [5]]],
        ["task": "celery.chord", "kwargs": [:]], ["task": "celery.chord", "kwargs": ["header": [], "body": nil]],
        ["task": "celery.chord", "kwargs": ["header": 5, "body": ["task": "t"]]],
        ["task": "celery.chunks", "kwargs": ["task": ["task": "t"], "it": [], "n": 0]],
        ["task": "celery.chunks", "kwargs": ["task": ["task": "t"], "it": [], "n": -1]],
        ["task": "celery.chunks", "kwargs": ["task": ["task": "t"], "it": [], "n": "2"]],
        ["task": "celery.chunks", "kwargs": ["it": [], "n": 1]],
    ]

    @Test(arguments: Self.malformed)
    func `refuses what is no signature`(json: JSONValue) {
        #expect(throws: CanvasError.self) { try SignatureNode(json: json) }
    }

    /// Options that a hostile message may set to anything.
    static let options = [
        "task_id", "root_id", "parent_id", "group_id", "group_index", "chord", "chain", "link", "link_error",
        "stamped_headers", "replaced_task_nesting", "countdown",
    ]

    @Test(arguments: Self.options)
    func `survives any value of an option`(option: String) throws {
        var generator = SplitMix64(seed: 7)
        for _ in 0..<200 {
            let value = JSONValue.random(depth: 3, using: &generator)
            var task = SignatureNode(.task("t"), options: [option: value])
            let canvases = [
                task, SignatureNode(.chain([task, task]), options: [option: value]),
                SignatureNode(.group([task, task]), options: [option: value]),
                SignatureNode(
                    .chord(header: SignatureNode(.group([task]), options: [option: value]), body: task),
                    options: [option: value]
                ),
            ]
            for canvas in canvases {
                let plan = try canvas.plan(args: [1])
                #expect(!plan.calls.isEmpty)
                let embed = TaskEmbed(callbacks: [value, canvas.json], errbacks: [value], chain: [value], chord: value)
                let headers = TaskHeaders(task: "t", id: "id", group: "g", replacedTaskNesting: .max)
                let continuation = TaskContinuation(headers: headers, embed: embed)
                _ = try? continuation.afterSuccess(1)
                _ = try? continuation.replacement(by: canvas)
                _ = try? continuation.addition(toChord: canvas)
                let failure = ExceptionDocument(type: "E", message: [], module: nil)
                _ = continuation.afterFailure(failure)
                _ = continuation.chordFailure(canvas.json, error: .dependency("d", raised: failure))
            }
            task.stamp(["a": 1])
        }
    }

    @Test func `refuses more than a thousand stamps`() throws {
        func options(_ count: Int) -> [String: JSONValue] {
            let names = (0..<count).map { "s\($0)" }
            var options = Dictionary(uniqueKeysWithValues: names.map { ($0, JSONValue.integer(1)) })
            options["stamped_headers"] = .array(names.map { .string($0) })
            return options
        }
        #expect(try CallOptions(options(1000)).stamps.count == 1000)
        #expect(throws: CanvasError.self) { try CallOptions(options(1001)) }
    }

    @Test func `survives errbacks and chains of anything`() {
        var generator = SplitMix64(seed: 8)
        let failure = ExceptionDocument(type: "E", message: [], module: nil)
        for _ in 0..<500 {
            let values = (0..<4).map { _ in JSONValue.random(depth: 3, using: &generator) }
            let embed = TaskEmbed(errbacks: values, chain: values)
            let plan = TaskContinuation(headers: TaskHeaders(task: "t", id: "id"), embed: embed).afterFailure(failure)
            #expect(plan.problems.count == values.count)
        }
    }

    @Test func `fails the body of a chord that is no signature`() {
        let body: JSONValue = ["task": 5, "options": ["task_id": "body"]]
        let embed = TaskEmbed(chord: body)
        let continuation = TaskContinuation(headers: TaskHeaders(task: "t", id: "id", group: "g"), embed: embed)
        let error = ChordError.dependency("d", raised: ExceptionDocument(type: "E", message: [], module: nil))
        let plan = continuation.chordFailure(error: error)
        #expect(plan.failures.map(\.taskID) == ["body"])
        #expect(plan.problems.count == 1)
    }

    @Test(arguments: ["", "[]", "{}", "5", "[1, 2, 3, 4]", "[1, \"a\", \"SUCCESS\"]", "[1, \"a\", 5, null]", "\u{0}"])
    func `fails a chord with a part that is none`(part: String) {
        let error = #expect(throws: ChordError.self) { try ChordJoin.values(ofParts: [part]) }
        #expect(error?.exception.message.first?.stringValue?.hasPrefix("Join error: ") == true)
    }

    @Test func `reads no result tuple from anything else`() {
        var generator = SplitMix64(seed: 9)
        for _ in 0..<2000 {
            let value = JSONValue.random(depth: 4, using: &generator)
            if let node = ResultNode(json: value) {
                #expect(ResultNode(json: node.json) == node)
            }
        }
        var deep: JSONValue = [["id", nil], nil]
        for _ in 0..<10_000 { deep = [["id", nil], [deep]] }
        #expect(ResultNode(json: deep) == nil)
    }
}
