@testable import CeleryProtocol

/// A fleet of one worker without a server: it carries out plans, runs a few tasks and decides what follows each.
///
/// What it sends and stores can be compared with what Celery sent and stored for the same signature.
struct CanvasSimulation {
    private(set) var sent: [CanvasCall] = []
    private(set) var sizes: [String: Int] = [:]
    private(set) var saved: [SavedGroup] = []
    private(set) var results: [String: Stored] = [:]
    private var parts: [String: [ChordPart]] = [:]
    private var extra: [String: Int] = [:]
    private var counted: Set<String> = []

    struct Stored: Equatable {
        var status: String
        var result: JSONValue
        var children: [ResultNode]
    }

    /// Applies a signature with one argument, runs everything that follows and returns what the client waits for.
    mutating func run(_ signature: SignatureNode, maximumTasks: Int = 300) throws -> ResultNode? {
        let plan = try signature.plan(args: [1])
        self.carryOut(plan)
        var next = 0
        while next < self.sent.count, next < maximumTasks {
            try self.runTask(self.sent[next])
            next += 1
        }
        return plan.results.first
    }

    private mutating func carryOut(_ plan: CanvasPlan) {
        for chord in plan.chords { self.sizes[chord.groupID] = chord.size }
        for group in plan.additions { self.extra[group, default: 0] += 1 }
        self.saved += plan.groups
        self.sent += plan.calls
    }
}

// MARK: Run a task

extension CanvasSimulation {
    private static let boom = ExceptionDocument(type: "ValueError", message: ["boom"], module: "builtins")

    private mutating func runTask(_ call: CanvasCall) throws {
        let continuation = TaskContinuation(headers: call.headers, embed: call.embed)
        var children: [ResultNode] = []
        switch call.task {
        case "t.replace":
            let signature = try SignatureNode(json: call.kwargs["sig"] ?? .null)
            self.carryOut(try continuation.replacement(by: signature))
            return
        case "t.fail":
            self.store(call.id, "FAILURE", Self.boom.json, [])
            if let part = continuation.chordPart(state: "FAILURE", result: Self.boom.json) {
                try self.count(part, continuation, &children)
            }
            try self.carryOut(continuation.afterFailure(Self.boom), continuation, &children)
        default:
            let value = Self.value(of: call)
            let plan = try continuation.afterSuccess(value)
            self.carryOut(plan)
            children = plan.results
            self.store(call.id, "SUCCESS", value, children)
            if let part = continuation.chordPart(state: "SUCCESS", result: value) {
                try self.count(part, continuation, &children)
            }
        }
    }

    private static func value(of call: CanvasCall) -> JSONValue {
        switch call.task {
        case "t.add": .integer(call.args.reduce(0) { $0 + self.sum($1) })
        case "t.err": "err"
        case "celery.accumulate":
            if let index = call.kwargs["index"]?.integerValue { call.args[Int(index)] } else { .array(call.args) }
        default: .array(call.args)
        }
    }

    private static func sum(_ value: JSONValue) -> Int64 {
        switch value {
        case .integer(let number): number
        case .array(let elements): elements.reduce(0) { $0 + self.sum($1) }
        default: 0
        }
    }

    private mutating func store(_ id: String, _ status: String, _ result: JSONValue, _ children: [ResultNode]) {
        guard self.results[id]?.status != "SUCCESS" else { return }
        self.results[id] = Stored(status: status, result: result, children: children)
    }
}

// MARK: Chords

extension CanvasSimulation {
    private mutating func carryOut(
        _ failure: FailurePlan,
        _ continuation: TaskContinuation,
        _ children: inout [ResultNode]
    ) throws {
        self.carryOut(failure.plan)
        for result in failure.failures {
            self.store(result.taskID, "FAILURE", result.exception?.json ?? .null, children + result.children)
        }
        children += failure.plan.children
        for part in failure.parts { try self.count(part, continuation, &children) }
    }

    private mutating func count(
        _ part: ChordPart,
        _ continuation: TaskContinuation,
        _ children: inout [ResultNode]
    ) throws {
        guard self.counted.insert(part.groupID + part.countedText).inserted else { return }
        self.parts[part.groupID, default: []].append(part)
        guard let size = self.sizes[part.groupID], let parts = self.parts[part.groupID],
            parts.count == size + self.extra[part.groupID, default: 0]
        else {
            return
        }
        let sorted = parts.enumerated().sorted {
            ($0.element.groupIndex ?? .max, $0.offset) < ($1.element.groupIndex ?? .max, $1.offset)
        }
        do throws(ChordError) {
            let values = try self.join(part.groupID, sorted.map(\.element.memberText))
            let plan = try continuation.applying(part, values)
            self.carryOut(plan)
            children += plan.children
        } catch {
            try self.carryOut(continuation.chordFailure(part.body, error: error), continuation, &children)
        }
    }

    private func join(_ groupID: String, _ members: [String]) throws(ChordError) -> [JSONValue] {
        guard let group = self.saved.first(where: { $0.node.id == groupID })?.node else {
            return try ChordJoin.values(ofParts: members)
        }
        return try ChordJoin.values(of: group, results: self.documents(group.taskIDs))
    }

    private func documents(_ ids: [String]) -> [String: ResultDocument] {
        var documents: [String: ResultDocument] = [:]
        for id in ids {
            guard let stored = self.results[id] else { continue }
            documents[id] = ResultDocument(status: stored.status, result: stored.result, taskID: id)
        }
        return documents
    }
}

extension TaskContinuation {
    /// The plan of applying the body of a chord; a body that cannot be applied fails the chord.
    fileprivate func applying(_ part: ChordPart, _ values: [JSONValue]) throws(ChordError) -> CanvasPlan {
        do {
            return try self.chordBody(part.body, results: values)
        } catch {
            throw .callback(
                ExceptionDocument(type: "ValueError", message: [.string(error.message)], module: "builtins")
            )
        }
    }
}

extension CanvasCall {
    var id: String { self.options["task_id"]?.stringValue ?? "" }

    /// The headers that decide what follows, as a worker reads them from the message.
    var headers: TaskHeaders {
        TaskHeaders(
            task: self.task,
            id: self.id,
            group: self.options["group_id"]?.stringValue,
            groupIndex: self.options["group_index"]?.integerValue.map { Int($0) },
            rootID: self.options["root_id"]?.stringValue,
            parentID: self.options["parent_id"]?.stringValue,
            replacedTaskNesting: self.options["replaced_task_nesting"]?.integerValue.map { Int($0) } ?? 0
        )
    }

    /// What Celery's messages are compared with.
    var comparable: JSONValue {
        let headers = self.headers
        return [
            "task": .string(headers.task),
            "id": .string(headers.id),
            "group": headers.group.map { .string($0) } ?? .null,
            "group_index": headers.groupIndex.map { .integer(Int64($0)) } ?? .null,
            "root_id": headers.rootID.map { .string($0) } ?? .null,
            "parent_id": headers.parentID.map { .string($0) } ?? .null,
            "replaced_task_nesting": .integer(Int64(headers.replacedTaskNesting)),
            "args": .array(self.args),
            "kwargs": .object(self.kwargs),
            "embed": [
                "callbacks": self.embed.callbacks.map { .array($0) } ?? .null,
                "errbacks": self.embed.errbacks.map { .array($0) } ?? .null,
                "chain": self.embed.chain.map { .array($0) } ?? .null,
                "chord": self.embed.chord ?? .null,
            ],
            "queue": self.options["queue"] ?? "celery",
        ]
    }
}
