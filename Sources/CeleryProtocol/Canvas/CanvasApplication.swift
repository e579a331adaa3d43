/// Applies signatures one after the other and collects what that sends in one plan.
struct CanvasApplication {
    var plan = CanvasPlan()
    /// The running task, whose id and root the messages get.
    let parent: CanvasParent?
    let makeID: () -> String
    var repetition = RepetitionBudget()

    init(parent: CanvasParent?, makeID: @escaping () -> String) {
        self.parent = parent
        self.makeID = makeID
    }

    /// What a signature is applied with: arguments that come before its own, options that go over its own.
    struct Call {
        var args: [JSONValue] = []
        var kwargs: [String: JSONValue] = [:]
        var options: [String: JSONValue] = [:]
    }

    /// Applies a signature and adds its result to those that the caller waits for.
    mutating func apply(_ signature: SignatureNode, _ call: Call) throws(CanvasError) {
        try signature.checkSize()
        // Before they are spread, which hashes each of them for each task.
        try signature.charge(to: &self.repetition)
        if let errbacks = call.options[SignatureOption.linkError] {
            try self.repetition.charge(errbacks.weight, times: signature.errbackCount)
        }
        if let result = try self.run(signature, call, isListed: true) {
            self.plan.results.append(result)
        }
    }

    /// Applies a signature whose size was checked.
    ///
    /// - Parameter isListed: Whether the result is a child of the running task.
    /// - Returns: What the caller waits for; `nil` for a chain without tasks, which does nothing.
    mutating func run(
        _ signature: SignatureNode,
        _ call: Call,
        isListed: Bool
    ) throws(CanvasError) -> ResultNode? {
        var call = call
        // A null means that there is no such option; it must not hide one that the signature has.
        call.options = call.options.filter { !$0.value.isNull }
        switch signature.kind {
        case .task(let name): return try self.runTask(name, signature, call, isListed: isListed)
        case .chain(let tasks): return try self.runChain(tasks, signature, call, isListed: isListed)
        case .group: return try self.runGroup(signature, call, isListed: isListed)
        case .chord(let header, let body):
            return try self.runChord(header.asHeader, body, signature, call, isListed: isListed)
        case .chunks:
            var group = signature
            group.divideChunks()
            return try self.runGroup(group, call, isListed: isListed)
        }
    }
}

// MARK: Tasks

extension CanvasApplication {
    private mutating func runTask(
        _ name: String,
        _ signature: SignatureNode,
        _ given: Call,
        isListed: Bool
    ) throws(CanvasError) -> ResultNode {
        guard self.plan.calls.count < CanvasLimits.maximumMessages else { throw .tooManyMessages }
        let called = signature.partial(given.args, kwargs: given.kwargs)
        var options = signature.mergedOptions(given.options).filter { !$0.value.isNull }
        let embed = TaskEmbed(
            callbacks: Self.links(options[SignatureOption.link]),
            errbacks: Self.links(options[SignatureOption.linkError]),
            chain: options[SignatureOption.chain]?.arrayValue,
            chord: options[SignatureOption.chord]
        )
        for name in SignatureOption.embedded {
            options[name] = nil
        }
        let id = options[SignatureOption.taskID]?.stringValue ?? self.makeID()
        options[SignatureOption.taskID] = .string(id)
        if options[SignatureOption.rootID] == nil {
            options[SignatureOption.rootID] = .string(self.parent?.rootID ?? id)
        }
        if let parent = self.parent, options[SignatureOption.parentID] == nil {
            options[SignatureOption.parentID] = .string(parent.taskID)
        }
        self.plan.calls.append(
            CanvasCall(task: name, args: called.args, kwargs: called.kwargs, options: options, embed: embed)
        )
        let result = ResultNode(id: id)
        if isListed {
            self.plan.children.append(result)
        }
        return result
    }

    private static func links(_ json: JSONValue?) -> [JSONValue]? {
        json.map { SignatureNode.list($0) }
    }
}
