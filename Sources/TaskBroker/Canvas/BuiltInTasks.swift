import CeleryProtocol

/// The tasks that every Celery app has (celery-wire §7.9), as `celery/app/builtins.py` defines them.
enum BuiltInTasks {
    /// Like Celery's, they are known to each app, and not listed among its tasks.
    static let byName: [String: AnyTask] = {
        let tasks: [AnyTask] = [
            .builtIn("celery.ping") { _, _ in "pong" },
            // Redis drops results by itself.
            .builtIn("celery.backend_cleanup") { _, _ in .null },
            .builtIn(CanvasTask.accumulate) { _, arguments in try Self.accumulate(arguments) },
            .builtIn(CanvasTask.map) { try await Self.map($0, $1) { [$0] } },
            .builtIn(CanvasTask.starmap) { try await Self.map($0, $1, arguments: Self.list) },
            .builtIn(CanvasTask.chunks, Self.chunks),
            .builtIn(CanvasTask.chain) { _, _ in throw Self.notReal("chain") },
            .builtIn(CanvasTask.group, Self.group),
            .builtIn(CanvasTask.chord, Self.chord),
            ChordUnlocking.task,
        ]
        return Dictionary(tasks.map { ($0.name, $0) }) { first, _ in first }
    }()

    private static func notReal(_ name: String) -> TaskFailure {
        TaskFailure(type: "NotImplementedError", message: "\(name) is not a real task", module: "builtins")
    }

    /// One of the arguments, or all of them: what remains of a group that replaced a task.
    private static func accumulate(_ arguments: TaskArguments) throws -> JSONValue {
        let values = arguments.positional
        guard let index = arguments.keyword["index"], !index.isNull else { return .array(values) }
        guard let number = index.integerValue.flatMap({ Int(exactly: $0) }),
            // As in Python, negative numbers count from the end.
            let position = Optional(number < 0 ? number + values.count : number), values.indices.contains(position)
        else {
            throw TaskFailure(type: "IndexError", message: "tuple index out of range", module: "builtins")
        }
        return values[position]
    }
}

// MARK: Many calls in one task

extension BuiltInTasks {
    /// Calls a task of this process with each item.
    private static func map(
        _ context: TaskContext,
        _ arguments: TaskArguments,
        arguments split: (JSONValue) throws -> [JSONValue]
    ) async throws -> JSONValue {
        let (name, items) = try self.items(arguments)
        let inner = try context.directCall(of: name)
        var values: [JSONValue] = []
        values.reserveCapacity(items.count)
        for item in items {
            try Task.checkCancellation()
            values.append(try await inner(TaskArguments(split(item))))
        }
        return .array(values)
    }

    /// The task and its items; apart as ``chunks(_:)`` is.
    @inline(never)
    private static func items(_ arguments: TaskArguments) throws -> (task: String, items: [JSONValue]) {
        var reader = try ArgumentReader(arguments, Parameters(count: 2, names: ["task", "it"]))
        return (try reader.nextSignature().taskName, try reader.next([JSONValue].self))
    }

    private static func list(_ item: JSONValue) throws -> [JSONValue] {
        guard let arguments = item.arrayValue else {
            throw ArgumentMismatch("takes lists of arguments, but an item is no list")
        }
        return arguments
    }
}

// MARK: Compositions that are sent as tasks

/// Clients before Celery 3.1 sent these; current ones send what they consist of.
extension BuiltInTasks {
    private static func chunks(_ context: TaskContext, _ arguments: TaskArguments) async throws -> JSONValue {
        try await context.app.apply(self.chunks(arguments), isFollowUp: true).json
    }

    /// Apart, because the compiler (6.3.1, -O) crashes where it splits a coroutine around these reads.
    @inline(never)
    private static func chunks(_ arguments: TaskArguments) throws -> SignatureNode {
        var reader = try ArgumentReader(arguments, Parameters(count: 3, names: ["task", "it", "n"]))
        let task = try reader.nextSignature()
        let items = try reader.next([JSONValue].self)
        let size = try reader.next(Int.self)
        return SignatureNode(.chunks(task: task, items: items, size: size))
    }

    private static func group(_ context: TaskContext, _ arguments: TaskArguments) async throws -> JSONValue {
        let (group, partial, result) = try self.group(arguments)
        try await context.app.apply(group, args: partial, isFollowUp: true)
        return result
    }

    /// The group, its partial arguments and its result; apart as ``chunks(_:)`` is.
    @inline(never)
    private static func group(
        _ arguments: TaskArguments
    ) throws -> (group: SignatureNode, partial: [JSONValue], result: JSONValue) {
        let names = ["tasks", "result", "group_id", "partial_args", "add_to_parent"]
        var reader = try ArgumentReader(arguments, Parameters(count: names.count, names: names))
        let tasks = try reader.next([JSONValue].self).map { try SignatureNode(json: $0) }
        let result = try reader.next(JSONValue.self)
        var options = TaskOptions()
        options.taskID = try reader.next(String.self)
        var group = SignatureNode.group(tasks)
        group.set(try options.signatureOptions)
        return (group, try reader.next([JSONValue]?.self) ?? [], result)
    }

    private static func chord(_ context: TaskContext, _ arguments: TaskArguments) async throws -> JSONValue {
        let (chord, partial) = try self.chord(arguments)
        return try await context.app.apply(chord, args: partial, isFollowUp: true).json
    }

    /// The chord and its partial arguments; apart as ``chunks(_:)`` is.
    @inline(never)
    private static func chord(
        _ arguments: TaskArguments
    ) throws -> (chord: SignatureNode, partial: [JSONValue]) {
        // What follows these is about polling, of which there is none.
        let given = TaskArguments(
            Array(arguments.positional.prefix(3)),
            arguments.keyword.filter { Self.chordNames.contains($0.key) }
        )
        var reader = try ArgumentReader(given, Parameters(count: 3, names: Self.chordNames))
        var header = try reader.next(JSONValue.self)
        if case .object = header { header = .array([header]) }
        let tasks = try (header.arrayValue ?? []).map { try SignatureNode(json: $0) }
        let members = tasks.count == 1 && tasks[0].isGroup ? tasks[0] : .group(tasks)
        let body = try reader.nextSignature()
        let node = SignatureNode(.chord(header: members, body: body))
        return (node, try reader.next([JSONValue]?.self) ?? [])
    }

    private static let chordNames = ["header", "body", "partial_args"]
}

extension AnyTask {
    /// A task of every app.
    static func builtIn(
        _ name: String,
        options: TaskOptions = .init(),
        retry: RetryPolicy = .never,
        _ run: @escaping @Sendable (TaskContext, TaskArguments) async throws -> JSONValue
    ) -> AnyTask {
        AnyTask(name: name, options: options, retry: retry, run: run, fallback: { _ in nil })
    }
}

extension ArgumentReader {
    /// The next parameter, which is a signature.
    mutating func nextSignature() throws -> SignatureNode {
        try SignatureNode(json: .object(self.next([String: JSONValue].self)))
    }
}
