extension SignatureNode {
    /// The text of an option, or `nil` if it is not set.
    func text(_ option: String) -> String? {
        self.options[option]?.stringValue
    }

    /// The id that the result will have once it is frozen: of a chord, that of the header.
    package var taskID: String? {
        self.text(SignatureOption.taskID)
    }

    /// The task on whose behalf this is called: of an errback, the one that failed.
    package var parentID: String? {
        self.text(SignatureOption.parentID)
    }

    /// The signatures of an option that holds one of them or an array; `link` and `link_error`.
    func list(_ option: String) -> [JSONValue] {
        Self.list(self.options[option])
    }

    static func list(_ json: JSONValue?) -> [JSONValue] {
        switch json {
        case nil, .null?: []
        case .array(let elements)?: elements
        case let single?: [single]
        }
    }

    /// Whether this is a group without members, which does nothing wherever it stands.
    var isEmptyGroup: Bool {
        if case .group(let tasks) = self.kind { tasks.isEmpty } else { false }
    }

    /// Whether this is a group, which has no one result.
    package var isGroup: Bool {
        if case .group = self.kind { true } else { false }
    }

    var isChain: Bool {
        if case .chain = self.kind { true } else { false }
    }

    var isChord: Bool {
        if case .chord = self.kind { true } else { false }
    }

    /// The only member of a group of one, else the signature itself.
    var unrolled: SignatureNode {
        if case .group(let tasks) = self.kind, tasks.count == 1 { tasks[0] } else { self }
    }

    /// The group that serves as a chord's header: a group itself, the tasks of a chain side by side, or one task.
    var asHeader: SignatureNode {
        switch self.kind {
        case .group: self
        case .chain(let tasks): SignatureNode(.group(tasks))
        default: SignatureNode(.group([self]))
        }
    }

    /// Refuses a tree that is nested too deeply or has too many signatures, before anything walks it.
    func checkSize() throws(CanvasError) {
        var remaining = CanvasLimits.maximumCount
        try self.checkSize(depth: 1, remaining: &remaining)
    }

    private func checkSize(depth: Int, remaining: inout Int) throws(CanvasError) {
        guard depth <= CanvasLimits.maximumDepth else { throw .tooDeep }
        guard remaining > 0 else { throw .tooLarge }
        remaining -= 1
        switch self.kind {
        case .task: break
        case .chain(let tasks), .group(let tasks):
            for task in tasks {
                try task.checkSize(depth: depth + 1, remaining: &remaining)
            }
        case .chord(let header, let body):
            try header.checkSize(depth: depth + 1, remaining: &remaining)
            try body.checkSize(depth: depth + 1, remaining: &remaining)
        case .chunks(let task, let items, let size):
            guard size > 0 else { throw CanvasError("The size of chunks is not a positive integer.") }
            remaining -= items.count / size
            try task.checkSize(depth: depth + 1, remaining: &remaining)
        }
    }
}
