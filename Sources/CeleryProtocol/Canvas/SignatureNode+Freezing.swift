extension SignatureNode {
    /// Gives ids to everything in this signature, so that a client knows what to wait for before anything is sent.
    ///
    /// Ids that are there are kept; freezing twice changes nothing. In place, nested groups are flattened into the group
    /// around them, in Celery's order: the members of an inner group come out reversed. Chains lose nested chains and
    /// empty groups, and a group with something after it becomes the header of a chord. Chunks become a group.
    ///
    /// Unlike Celery's, this never writes a chord's body into the tasks of its header: Celery takes it out again before
    /// it sends anything, because bodies within bodies would multiply.
    ///
    /// - Returns: The result: of a chain, that of its last task; of a chord, that of its body, whose first ancestor is
    ///   the header's group.
    /// - Throws: A ``CanvasError`` if there is an empty chain where a result is needed, or too much of anything.
    package mutating func freeze(
        id: String? = nil,
        groupID: String? = nil,
        chord: JSONValue? = nil,
        rootID: String? = nil,
        parentID: String? = nil,
        groupIndex: Int? = nil,
        makeID: () -> String = Identifier.uuid4
    ) throws(CanvasError) -> ResultNode {
        try self.checkSize()
        let placement = Placement(
            id: id,
            groupID: groupID,
            chord: chord,
            rootID: rootID,
            parentID: parentID,
            groupIndex: groupIndex
        )
        return try self.freeze(placement, makeID: makeID)
    }

    /// Freezes a signature whose size was checked.
    mutating func freeze(_ placement: Placement, makeID: () -> String) throws(CanvasError) -> ResultNode {
        switch self.kind {
        case .task: return self.freezeTask(placement, makeID: makeID)
        case .chain(let tasks): return try self.freezeChain(tasks, placement, makeID: makeID)
        case .group: return try self.freezeGroup(placement, makeID: makeID)
        case .chord(let header, let body): return try self.freezeChord(header, body, placement, makeID: makeID)
        case .chunks(let task, let items, let size):
            self.divide(task, items, size)
            return try self.freezeGroup(placement, makeID: makeID)
        }
    }

    private mutating func freezeTask(_ placement: Placement, makeID: () -> String) -> ResultNode {
        let id = self.taskID ?? placement.id ?? makeID()
        self.options[SignatureOption.taskID] = .string(id)
        self.place(placement)
        // Set to null by a replacement of a task that belongs to no group: that counts as being there.
        if let groupID = placement.groupID, self.options[SignatureOption.groupID] == nil {
            self.options[SignatureOption.groupID] = .string(groupID)
        }
        if let rootID = placement.rootID {
            self.options[SignatureOption.rootID] = .string(rootID)
        }
        if let parentID = placement.parentID {
            self.options[SignatureOption.parentID] = .string(parentID)
        }
        return ResultNode(id: id)
    }

    private mutating func place(_ placement: Placement) {
        if let chord = placement.chord {
            self.options[SignatureOption.chord] = chord
        }
        if let index = placement.groupIndex {
            self.options[SignatureOption.groupIndex] = .integer(Int64(index))
        }
    }

    /// Freezes a group and what it consists of; its members are flattened.
    mutating func freezeGroup(_ placement: Placement, makeID: () -> String) throws(CanvasError) -> ResultNode {
        guard case .group(let tasks) = self.kind else { return try self.freeze(placement, makeID: makeID) }
        let id = self.taskID ?? placement.id ?? makeID()
        self.options[SignatureOption.taskID] = .string(id)
        self.place(placement)
        if let groupID = placement.groupID {
            self.options[SignatureOption.groupID] = .string(groupID)
        }
        var members = Placement(groupID: placement.groupID, chord: placement.chord)
        members.rootID = self.text(SignatureOption.rootID) ?? placement.rootID
        members.parentID = self.text(SignatureOption.parentID) ?? placement.parentID
        self.options[SignatureOption.rootID] = members.rootID.map { .string($0) }
        self.options[SignatureOption.parentID] = members.parentID.map { .string($0) }

        self.kind = .group([])
        var flat: [SignatureNode] = []
        var results: [ResultNode] = []
        flat.reserveCapacity(tasks.count)
        results.reserveCapacity(tasks.count)
        // The next task is the last one here. Celery puts the tasks of an inner group before the others one by one,
        // so that its last task comes first.
        var waiting = Array(tasks.reversed())
        while var task = waiting.popLast() {
            task.divideChunks()
            if case .group(let inner) = task.kind {
                waiting.append(contentsOf: inner)
            } else if !task.isEmptyChain {
                members.groupIndex = flat.count
                results.append(try task.freeze(members, makeID: makeID))
                flat.append(task)
            }
        }
        self.kind = .group(flat)
        return ResultNode(id: id, children: results)
    }

    private mutating func freezeChain(
        _ tasks: [SignatureNode],
        _ placement: Placement,
        makeID: () -> String
    ) throws(CanvasError) -> ResultNode {
        var placement = placement
        placement.id = placement.id ?? self.taskID
        let steps = try ChainSteps(tasks, at: placement, makeID: makeID)
        guard let result = steps.result else { throw .emptyChain }
        self.kind = .chain(steps.tasks.reversed())
        self.options[SignatureOption.taskID] = .string(result.id)
        return result
    }

    private mutating func freezeChord(
        _ header: SignatureNode,
        _ body: SignatureNode,
        _ placement: Placement,
        makeID: () -> String
    ) throws(CanvasError) -> ResultNode {
        var header = header.asHeader
        var body = body
        var placement = placement
        // Once frozen, a chord has the id of its header; one that was set before is meant for the body.
        if header.taskID == nil, body.taskID == nil {
            placement.id = placement.id ?? self.taskID
            self.options[SignatureOption.taskID] = nil
        }
        let groupID = header.taskID ?? self.taskID ?? makeID()
        header.options[SignatureOption.taskID] = .string(groupID)
        self.options[SignatureOption.taskID] = .string(groupID)
        let ofHeader = Placement(rootID: placement.rootID, parentID: placement.parentID)
        placement.parentID = nil
        var result = try body.freeze(placement, makeID: makeID)
        result.attach(try header.freezeGroup(ofHeader, makeID: makeID))
        self.kind = .chord(header: header, body: body)
        return result
    }
}

// MARK: Turn chunks into a group

extension SignatureNode {
    var isEmptyChain: Bool {
        if case .chain(let tasks) = self.kind { tasks.isEmpty } else { false }
    }

    /// Turns chunks into a group of `celery.starmap` tasks and leaves everything else as it is.
    mutating func divideChunks() {
        if case .chunks(let task, let items, let size) = self.kind {
            self.divide(task, items, size)
        }
    }

    private mutating func divide(_ task: SignatureNode, _ items: [JSONValue], _ size: Int) {
        let mapped = task.json
        let starts = stride(from: 0, to: items.count, by: max(1, size))
        self.kind = .group(
            starts.map { start in
                let part = Array(items[start..<min(items.count, start &+ max(1, size))])
                return SignatureNode(
                    .task(CanvasTask.starmap),
                    kwargs: [SignatureField.task: mapped, SignatureField.items: .array(part)],
                    isImmutable: true
                )
            }
        )
        self.isImmutable = false
    }
}
