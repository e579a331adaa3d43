extension TaskContinuation {
    /// What a task sends that is replaced by a signature, which gets its id and everything that was to follow it
    /// (celery-wire §7.8).
    ///
    /// A group becomes a chord whose body returns the list of its results, so that there is one result. The replaced task
    /// stores nothing: its result is the replacement's.
    ///
    /// - Throws: A ``CanvasError`` if the signature is a chain without tasks or belongs to a chord already.
    package func replacement(by signature: SignatureNode) throws(CanvasError) -> CanvasPlan {
        try signature.checkSize()
        guard signature.options[SignatureOption.chord].map(\.isNull) ?? true else {
            throw CanvasError("A signature that replaces a task must not be part of a chord.")
        }
        guard !signature.isEmptyChain else { throw CanvasError("A task cannot be replaced by an empty chain.") }
        var node = signature
        var repetition = RepetitionBudget()
        try node.charge(to: &repetition)
        try repetition.charge(JSONValue.array(self.embed.errbacks ?? []).weight, times: node.errbackCount)
        node.accumulateGroup()
        node.link(self.embed.callbacks ?? [])
        node.linkError(self.embed.errbacks ?? [])
        node.moveLinksToLastTask()
        _ = try node.freeze(id: self.headers.id, makeID: self.makeID)

        let (nesting, overflow) = self.headers.replacedTaskNesting.addingReportingOverflow(1)
        guard !overflow else { throw CanvasError("The task was replaced too often.") }
        let mark: [String: JSONValue] = [SignatureOption.replacedTaskNesting: .integer(Int64(nesting))]
        node.set(self.place)
        node.set(mark)
        if case .chain = node.kind {
            node.updateTasks { $0.set(mark) }
        }
        for var next in try SignatureNode.reading(self.embed.chain ?? []).reversed() {
            try next.charge(to: &repetition)
            next.set(mark)
            node.pipe(into: next)
        }
        return try self.plan { [node] (application) throws(CanvasError) in
            try application.apply(node, .init())
        }
    }

    /// What a task sends that adds a signature to the header of the chord it belongs to.
    ///
    /// - Throws: A ``CanvasError`` if the task belongs to no chord, or the signature is completed by more than one task.
    package func addition(toChord signature: SignatureNode) throws(CanvasError) -> CanvasPlan {
        try signature.checkSize()
        guard let chord = self.embed.chord, !chord.isNull, let group = self.headers.group, !group.isEmpty else {
            throw CanvasError("Current task is not member of any chord")
        }
        guard signature.completions == 1 else {
            throw CanvasError("A signature that is added to a chord must have exactly one result.")
        }
        var node = signature.unrolled
        node.set(self.place)
        _ = try node.freeze(makeID: self.makeID)
        var plan = try self.plan { [node] (application) throws(CanvasError) in
            try application.apply(node, .init())
        }
        plan.additions.append(group)
        return plan
    }

    /// The options that put a signature in the place of this task; absent ones are null, so that they replace others.
    private var place: [String: JSONValue] {
        [
            SignatureOption.chord: self.embed.chord ?? .null,
            SignatureOption.groupID: self.headers.group.map { .string($0) } ?? .null,
            SignatureOption.groupIndex: self.headers.groupIndex.map { .integer(Int64($0)) } ?? .null,
            SignatureOption.rootID: self.headers.rootID.map { .string($0) } ?? .null,
        ]
    }
}

extension SignatureNode {
    /// Gives a group, or the group at the end of a chain, a body that returns its results.
    fileprivate mutating func accumulateGroup() {
        switch self.kind {
        case .group, .chunks:
            self.divideChunks()
            self = .accumulating(self)
        case .chain(var tasks):
            guard let last = tasks.indices.last else { return }
            tasks[last].divideChunks()
            guard tasks[last].isGroup else { return }
            tasks[last].accumulateGroup()
            self.kind = .chain(tasks)
        case .task, .chord:
            break
        }
    }

    /// Moves the callbacks of a chain to its last task, where they stay when more is appended to the chain.
    fileprivate mutating func moveLinksToLastTask() {
        guard case .chain(var tasks) = self.kind, let last = tasks.indices.last else { return }
        tasks[last].append(self.list(SignatureOption.link), to: SignatureOption.link)
        self.options[SignatureOption.link] = nil
        self.kind = .chain(tasks)
    }
}
