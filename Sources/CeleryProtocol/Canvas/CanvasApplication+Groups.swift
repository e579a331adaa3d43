extension CanvasApplication {
    mutating func runGroup(
        _ group: SignatureNode,
        _ given: Call,
        isListed: Bool
    ) throws(CanvasError) -> ResultNode {
        guard case .group(let tasks) = group.kind else { return ResultNode(id: self.makeID(), children: []) }
        var options = group.mergedOptions(given.options).filter { !$0.value.isNull }
        let id = options.removeValue(forKey: SignatureOption.taskID)?.stringValue ?? self.makeID()
        guard !tasks.isEmpty else { return ResultNode(id: id, children: []) }
        // A group that stands in a header itself reports to that, and nothing to its own id.
        let isOwnGroup = group.text(SignatureOption.groupID).map { $0 == id } ?? true
        options[SignatureOption.groupID] = .string(id)
        options[SignatureOption.groupIndex] = nil

        let placement = Placement(groupID: id, rootID: options[SignatureOption.rootID]?.stringValue)
        var members: [(signature: SignatureNode, result: ResultNode)] = []
        members.reserveCapacity(tasks.count)
        try self.collectMembers(of: tasks, at: placement, into: &members)

        let chord = options[SignatureOption.chord] ?? members.last?.signature.options[SignatureOption.chord]
        if let chord, !chord.isNull, isOwnGroup {
            let size = members.reduce(0) { $0 + $1.signature.completions }
            self.plan.chords.append(ChordStart(groupID: id, size: size))
        }
        let call = Call(args: given.args, kwargs: given.kwargs, options: options)
        try self.charge(call, times: members.count)
        var results: [ResultNode] = []
        results.reserveCapacity(members.count)
        for member in members {
            _ = try self.run(member.signature, call, isListed: false)
            results.append(member.result)
        }
        var result = ResultNode(id: id, children: results)
        // A group of one chain that ends in a group is that group, Celery says.
        if results.count == 1, results[0].children != nil {
            result = results[0]
        }
        if isListed {
            self.plan.children.append(result)
        }
        return result
    }

    /// Freezes the members of a group, and those of groups in it, in order.
    private func collectMembers(
        of tasks: [SignatureNode],
        at placement: Placement,
        into members: inout [(signature: SignatureNode, result: ResultNode)]
    ) throws(CanvasError) {
        for (index, task) in tasks.enumerated() where !task.isEmptyChain {
            var task = task
            task.divideChunks()
            if case .group(let inner) = task.kind {
                try self.collectMembers(of: inner, at: placement, into: &members)
            } else {
                var placement = placement
                placement.groupIndex = index
                let result = try task.freeze(placement, makeID: self.makeID)
                members.append((task, result))
            }
        }
    }

    /// Counts what is repeated in each message of a group.
    private mutating func charge(_ call: Call, times count: Int) throws(CanvasError) {
        guard count > 1 else { return }
        // Errbacks are counted before anything is applied.
        let options = call.options.filter { $0.key != SignatureOption.linkError }
        let weight = JSONValue.array(call.args).weight &+ JSONValue.object(call.kwargs).weight
        try self.repetition.charge(weight &+ JSONValue.object(options).weight, times: count)
    }
}
