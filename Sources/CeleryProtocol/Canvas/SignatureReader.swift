/// Reads one tree of signatures and counts them on the way.
struct SignatureReader {
    private var count = 0

    /// Reads a signature that is nested `depth` levels deep.
    mutating func read(_ json: JSONValue, depth: Int) throws(CanvasError) -> SignatureNode {
        guard case .object(let members) = json else {
            throw CanvasError("A signature is an object, not \(json.kindName).")
        }
        guard let name = members[SignatureField.task]?.stringValue, !name.isEmpty else {
            throw CanvasError("A signature has no task name.")
        }
        guard depth <= CanvasLimits.maximumDepth else { throw .tooDeep }
        self.count += 1
        guard self.count <= CanvasLimits.maximumCount else { throw .tooLarge }

        let args = try Self.array(members[SignatureField.args], "args", of: name) ?? []
        var kwargs = try Self.object(members[SignatureField.kwargs], "kwargs", of: name) ?? [:]
        var options = try Self.object(members[SignatureField.options], "options", of: name) ?? [:]
        if !options.isEmpty {
            options = options.filter { !SignatureOption.local.contains($0.key) }
        }
        var isImmutable = members[SignatureField.immutable]?.boolValue ?? false

        let kind: SignatureNode.Kind
        switch try Self.type(members[SignatureField.subtaskType], task: name) {
        case nil:
            kind = .task(name)
        case .map:
            kind = .task(CanvasTask.map)
            isImmutable = true
        case .starmap:
            kind = .task(CanvasTask.starmap)
            isImmutable = true
        case .chain:
            kind = .chain(try self.readTasks(kwargs.removeValue(forKey: SignatureField.tasks), depth: depth))
        case .group:
            kind = .group(try self.readTasks(kwargs.removeValue(forKey: SignatureField.tasks), depth: depth))
        case .chord:
            kind = try self.readChord(kwargs, depth: depth)
            kwargs = try Self.object(kwargs[SignatureField.kwargs], "kwargs", of: name) ?? [:]
        case .chunks:
            kind = try self.readChunks(&kwargs, depth: depth)
        }
        return SignatureNode(kind, args: args, kwargs: kwargs, options: options, isImmutable: isImmutable)
    }
}

// MARK: Read the parts of a composition

extension SignatureReader {
    private mutating func readTasks(_ json: JSONValue?, depth: Int) throws(CanvasError) -> [SignatureNode] {
        guard let elements = try Self.array(json, "tasks", of: "a composition") else { return [] }
        guard elements.count <= CanvasLimits.maximumCount - self.count else { throw .tooLarge }
        var tasks: [SignatureNode] = []
        tasks.reserveCapacity(elements.count)
        for element in elements {
            tasks.append(try self.read(element, depth: depth + 1))
        }
        return tasks
    }

    /// Reads the parts of a chord; its header is a group, a plain array, or a chain or a task that stands for an array.
    private mutating func readChord(
        _ parts: [String: JSONValue],
        depth: Int
    ) throws(CanvasError) -> SignatureNode.Kind {
        guard let body = parts[SignatureField.body], !body.isNull else {
            throw CanvasError("A chord has no body.")
        }
        let header: SignatureNode
        if case .object? = parts[SignatureField.header] {
            header = try self.read(parts[SignatureField.header] ?? .null, depth: depth + 1).asHeader
        } else {
            header = SignatureNode(.group(try self.readTasks(parts[SignatureField.header], depth: depth + 1)))
        }
        return .chord(header: header, body: try self.read(body, depth: depth + 1))
    }

    private mutating func readChunks(
        _ parts: inout [String: JSONValue],
        depth: Int
    ) throws(CanvasError) -> SignatureNode.Kind {
        let task = try self.read(parts.removeValue(forKey: SignatureField.task) ?? .null, depth: depth + 1)
        let items = try Self.array(parts.removeValue(forKey: SignatureField.items), "it", of: CanvasTask.chunks) ?? []
        guard let size = parts.removeValue(forKey: SignatureField.size)?.integerValue.flatMap({ Int(exactly: $0) }),
            size > 0
        else {
            throw CanvasError("The size of chunks is not a positive integer.")
        }
        return .chunks(task: task, items: items, size: size)
    }

    /// The type of a composition, or `nil` for a task.
    ///
    /// Celery sends `null` for maps and chunks, which their names give away.
    private static func type(_ json: JSONValue?, task: String) throws(CanvasError) -> SubtaskType? {
        if let text = json?.stringValue, !text.isEmpty {
            guard let type = SubtaskType(rawValue: text) else {
                throw CanvasError("The signature of \(task) is of the unknown type '\(text.prefix(64))'.")
            }
            return type
        }
        return switch task {
        case CanvasTask.chain: .chain
        case CanvasTask.group: .group
        case CanvasTask.chord: .chord
        case CanvasTask.chunks: .chunks
        default: nil
        }
    }

    private static func array(
        _ json: JSONValue?,
        _ field: String,
        of task: String
    ) throws(CanvasError) -> [JSONValue]? {
        switch json {
        case nil, .null?: return nil
        case .array(let elements)?: return elements
        case let other?: throw CanvasError("The \(field) of \(task.prefix(64)) are \(other.kindName), not an array.")
        }
    }

    private static func object(
        _ json: JSONValue?,
        _ field: String,
        of task: String
    ) throws(CanvasError) -> [String: JSONValue]? {
        switch json {
        case nil, .null?: return nil
        case .object(let members)?: return members
        case let other?: throw CanvasError("The \(field) of \(task.prefix(64)) are \(other.kindName), not an object.")
        }
    }
}

extension JSONValue {
    /// What kind of value this is, for messages.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .bigInteger, .double: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}
