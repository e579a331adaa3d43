extension SignatureNode {
    /// Reads a signature in the form in which it travels in messages (celery-wire §7.1).
    ///
    /// Fields other than `task` may be missing; unknown fields and options that only mean something inside a Python
    /// process are dropped. The header of a chord may be a group or a plain array.
    ///
    /// - Throws: A ``CanvasError`` for anything that is no signature, and for compositions nested deeper than 64 levels or
    ///   of more than 100,000 signatures.
    public init(json: JSONValue) throws(CanvasError) {
        var reader = SignatureReader()
        self = try reader.read(json, depth: 1)
    }

    /// The signature as it travels in messages.
    public var json: JSONValue {
        .object([
            SignatureField.task: .string(self.taskName),
            SignatureField.args: .array(self.args),
            SignatureField.kwargs: .object(self.structure),
            SignatureField.options: .object(self.options),
            SignatureField.subtaskType: self.subtaskType.map { .string($0) } ?? .null,
            SignatureField.immutable: .bool(self.isImmutable),
        ])
    }

    /// The name of the task, or that of the composition: `celery.chain`.
    public var taskName: String {
        switch self.kind {
        case .task(let name): name
        case .chain: CanvasTask.chain
        case .group: CanvasTask.group
        case .chord: CanvasTask.chord
        case .chunks: CanvasTask.chunks
        }
    }

    private var subtaskType: String? {
        switch self.kind {
        case .task: nil
        case .chain: SubtaskType.chain.rawValue
        case .group: SubtaskType.group.rawValue
        case .chord: SubtaskType.chord.rawValue
        case .chunks: SubtaskType.chunks.rawValue
        }
    }

    /// The keyword arguments on the wire, which hold the parts of a composition.
    private var structure: [String: JSONValue] {
        var kwargs = self.kwargs
        switch self.kind {
        case .task: break
        case .chain(let tasks), .group(let tasks):
            kwargs[SignatureField.tasks] = .array(tasks.map(\.json))
        case .chord(let header, let body):
            return [
                SignatureField.kwargs: .object(self.kwargs),
                SignatureField.header: header.json,
                SignatureField.body: body.json,
            ]
        case .chunks(let task, let items, let size):
            kwargs[SignatureField.task] = task.json
            kwargs[SignatureField.items] = .array(items)
            kwargs[SignatureField.size] = .integer(Int64(size))
        }
        return kwargs
    }
}

/// What distinguishes compositions on the wire.
enum SubtaskType: String {
    case chain
    case group
    case chord
    case chunks
    case map = "xmap"
    case starmap = "xstarmap"
}
