import Testing

@testable import CeleryProtocol

/// What the engine plans for the canvases in `shared/vectors` is what Celery sent for them.
struct CanvasVectorTests {
    // MARK: Signatures

    @Test func `reads and writes every recorded signature`() throws {
        let vectors = try Vectors()
        var signatures: [JSONValue] = []
        for name in try vectors.names(prefix: "") {
            Self.collect(try vectors.load(name), into: &signatures)
        }
        #expect(signatures.count > 60)
        for json in signatures {
            let node = try SignatureNode(json: json)
            #expect(try SignatureNode(json: node.json) == node)
            #expect(Self.comparable(node.json) == Self.comparable(json))
        }
    }

    private static func collect(_ value: JSONValue, into signatures: inout [JSONValue]) {
        if value["task"]?.stringValue != nil, value["options"]?.objectValue != nil, value["immutable"] != nil {
            signatures.append(value)
        } else {
            value.arrayValue?.forEach { self.collect($0, into: &signatures) }
            value.objectValue?.values.forEach { self.collect($0, into: &signatures) }
        }
    }

    /// A signature without what is written in two ways: the type of chunks, and the header of a chord.
    private static func comparable(_ value: JSONValue) -> JSONValue {
        switch value {
        case .array(let elements):
            return .array(elements.map { self.comparable($0) })
        case .object(var members):
            if members["task"] == "celery.chunks" { members["subtask_type"] = nil }
            if let tasks = members["header"]?["kwargs"]?["tasks"] { members["header"] = tasks }
            if members["task"] != nil, case .object(let options)? = members["options"] {
                members["options"] = .object(options.filter { $0.key != "add_to_parent" })
            }
            return .object(members.mapValues { self.comparable($0) })
        default:
            return value
        }
    }

    // MARK: Messages of a producer

    private static func add(_ args: JSONValue...) -> SignatureNode { SignatureNode(.task("cap.add"), args: args) }
    private static let tsum = SignatureNode(.task("cap.tsum"))
    private static let echo = SignatureNode(.task("cap.echo"))
    private static let add45 = SignatureNode(.task("cap.add"), args: [4, 5], isImmutable: true)

    static let canvases: [(String, SignatureNode)] = [
        ("message-group-chain-upgrade", .chain([.group([add(1, 2), add(3, 4)]), tsum, add(10)])),
        ("message-chain", .chain([add(1, 2), add(3), add45])),
        ("message-group", .group([add(1, 2), add(3, 4)])),
        ("message-chord", .chord([add(1, 2), add(3, 4)], body: tsum)),
        ("message-chain-into-group", .chain([add(1, 1), .group([add(2), add(3)])])),
        ("message-chain-group-chain", .chain([add(1, 1), .group([add(2), add(3)]), tsum, add(5)])),
        ("message-chord-group-body", .chord([add(1, 1), add(2, 2)], body: .group([echo, tsum]))),
        ("message-nested-chord", .chord([.chord([add(1, 1), add(2, 2)], body: tsum), add(9, 9)], body: tsum)),
        (
            "message-chord-header-ends-in-group",
            .chord([.chain([add(1, 1), .group([add(2), add(3)])]), add(9, 9)], body: echo)
        ),
        (
            "message-group-in-chord",
            .chord([add(1, 1), .chain([add(2, 2), add(3)]), .group([add(4, 4), add(5, 5)])], body: echo)
        ),
        ("message-empty-chord", .chord([], body: echo)),
        (
            "message-chunks",
            SignatureNode(
                .chunks(task: SignatureNode(.task("cap.add")), items: [[0, 0], [1, 1], [2, 2], [3, 3]], size: 2)
            )
        ),
    ]

    @Test(arguments: Self.canvases)
    func `sends what a producer sent`(name: String, canvas: SignatureNode) throws {
        let vector = try Vectors().load(name)
        let plan = try canvas.plan()
        var ours = CanvasText()
        var theirs = CanvasText()
        let sent = try ours.canonical(.array(plan.calls.map(\.comparable)))
        #expect(try sent == theirs.canonical(.array(Self.messages(vector).map { Self.comparable(message: $0) })))

        // The keys that Celery wrote: sizes, and the structures of headers. A group inside a header has a size of its
        // own there, which nobody reads.
        for (key, value) in vector["keys"]?.objectValue ?? [:] {
            let text = try #require(value["value"]?.stringValue)
            if key.hasSuffix(".s") {
                let id = try theirs.canonical(.string(String(key.dropLast(2).suffix(36))))
                let sizes = try plan.chords.map { [try ours.canonical(.string($0.groupID)), .string(String($0.size))] }
                #expect(sizes.contains([id, .string(text)]), "\(key)")
            } else {
                let saved = try plan.groups.map { try ours.canonical($0.json) }
                #expect(try saved == [theirs.canonical(try JSONValue(parsing: text))])
            }
        }
    }

    // MARK: Messages of a worker

    /// Vectors with a message and what the worker sent when the task had returned the value.
    static let continuations: [(String, JSONValue, Int)] = [
        ("message-chain-continuation", 3, 1), ("message-link-called", 2, 2), ("message-link-called-single", 2, 1),
    ]

    @Test(arguments: Self.continuations)
    func `sends what a worker sent after success`(name: String, value: JSONValue, count: Int) throws {
        let messages = Self.messages(try Vectors().load(name))
        let plan = try Self.continuation(of: messages[0]).afterSuccess(value)
        try Self.expect(plan.calls, areLike: messages[1...].prefix(count))
    }

    @Test(arguments: ["message-errback-called", "message-errback-unregistered"])
    func `sends the errbacks that a worker sent`(name: String) throws {
        let messages = Self.messages(try Vectors().load(name))
        let failure = ExceptionDocument(type: "MyError", message: ["it broke", 42], module: "captasks")
        let plan = try Self.continuation(of: messages[0]).afterFailure(failure)
        try Self.expect(plan.plan.calls, areLike: messages[1...])
    }

    @Test func `calls the errbacks that a worker called itself`() throws {
        let messages = Self.messages(try Vectors().load("message-errback-inline"))
        let failure = ExceptionDocument(type: "MyError", message: [], module: nil)
        let plan = try Self.continuation(of: messages[0]).afterFailure(failure) { $0 == "cap.errback_new" }
        #expect(plan.plan.calls.isEmpty)
        #expect(plan.handlers.map(\.taskName) == ["cap.errback_new"])
    }

    @Test func `sends the body that a worker sent`() throws {
        let messages = Self.messages(try Vectors().load("message-chord-body-called"))
        let plan = try Self.continuation(of: messages[1]).chordBody(results: [3, 7])
        try Self.expect(plan.calls, areLike: messages[2...])
    }

    @Test func `sends what a worker sent for a replaced task`() throws {
        let messages = Self.messages(try Vectors().load("message-replace-in-chain"))
        let plan = try Self.continuation(of: messages[0]).replacement(by: Self.add(1, 100))
        try Self.expect(plan.calls, areLike: messages[1...1])

        let ofGroup = Self.messages(try Vectors().load("message-replace-group"))
        let group = SignatureNode.group([Self.add(1, 1), Self.add(2, 2)])
        let groupPlan = try Self.continuation(of: ofGroup[0]).replacement(by: group)
        try Self.expect(groupPlan.calls, areLike: ofGroup[1...2])
    }

    @Test func `writes parts as Celery does`() throws {
        let commands = try #require(try Vectors().load("chord-error")["commands"]?.arrayValue)
        let scripts = commands.compactMap(\.arrayValue).filter { $0[1] == "EVALSHA" }
        #expect(scripts.count == 2)
        for script in scripts {
            let member = try #require(script[11].stringValue)
            let fields = try #require(try JSONValue(parsing: member).arrayValue)
            let part = ChordPart(
                groupID: "g",
                taskID: try #require(script[10].stringValue),
                groupIndex: script[13].stringValue.flatMap { Int($0) },
                state: try #require(fields[2].stringValue),
                result: fields[3]
            )
            #expect(try JSONValue(parsing: part.memberText) == JSONValue(parsing: member))
            #expect(part.scoreText == script[13].stringValue)
        }
    }

    @Test func `fails a chord as Celery does`() throws {
        let vector = try Vectors().load("chord-error")
        let parts = try #require(
            vector["keys_after"]?.objectValue?.first { $0.key.hasSuffix(".j") }?.value["value"]?.arrayValue
        )
        let error = #expect(throws: ChordError.self) {
            try ChordJoin.values(ofParts: parts.compactMap { $0[0]?.stringValue })
        }
        let stored = try JSONValue(parsing: try #require(vector["body_meta"]?["raw"]?.stringValue))
        #expect(error?.exception.json == stored["result"])
    }

    private static func messages(_ vector: JSONValue) -> [JSONValue] {
        vector["messages"]?.arrayValue ?? []
    }

    private static func continuation(of message: JSONValue) throws -> TaskContinuation {
        let envelope = try Envelope(decoding: Array(try #require(message["raw"]?.stringValue).utf8))
        return TaskContinuation(headers: envelope.headers, embed: try envelope.decodeBody().embed)
    }

    private static func comparable(message: JSONValue) -> JSONValue {
        let fields = ["group", "group_index", "id", "parent_id", "replaced_task_nesting", "root_id", "task"]
        var members: [String: JSONValue] = ["queue": "celery"]
        for field in fields { members[field] = message["envelope"]?["headers"]?[field] }
        members["args"] = message["body_json"]?[0]
        members["kwargs"] = message["body_json"]?[1]
        members["embed"] = message["body_json"]?[2]
        return .object(members)
    }

    private static func expect(_ calls: [CanvasCall], areLike messages: ArraySlice<JSONValue>) throws {
        var ours = CanvasText()
        var theirs = CanvasText()
        let sent = try ours.canonical(.array(calls.map(\.comparable)))
        #expect(try sent == theirs.canonical(.array(messages.map { self.comparable(message: $0) })))
    }
}
