extension CanvasApplication {
    mutating func runChord(
        _ header: SignatureNode,
        _ body: SignatureNode,
        _ chord: SignatureNode,
        _ given: Call,
        isListed: Bool
    ) throws(CanvasError) -> ResultNode {
        var header = header
        var body = body
        var options = chord.mergedOptions(given.options)
        options[SignatureOption.taskID] = nil
        // Once frozen, a chord has the id of its header; one that was set before is meant for the body.
        let isFrozen = header.taskID != nil || body.taskID != nil
        let groupID = header.taskID ?? (isFrozen ? chord.taskID : nil) ?? self.makeID()
        let bodyID = given.options[SignatureOption.taskID]?.stringValue ?? (isFrozen ? nil : chord.taskID)
        let callbacks = options.removeValue(forKey: SignatureOption.link)
        let errbacks = options.removeValue(forKey: SignatureOption.linkError)
        // The body is called by the task that completes the header, which is its parent, and at once.
        let delays = options.filter { [SignatureOption.countdown, SignatureOption.eta].contains($0.key) }
        options = options.filter { delays[$0.key] == nil }
        let rootID = given.options[SignatureOption.rootID]?.stringValue ?? body.text(SignatureOption.rootID)
        body.options = body.mergedOptions(options.filter { $0.key != SignatureOption.parentID })
        body.link(SignatureNode.list(callbacks))
        body.addErrbacksOfChord(SignatureNode.list(errbacks))

        if case .chain(let tasks) = body.kind {
            body.kind = .chain(SignatureNode.splittingChords(tasks))
        }
        let ofBody = Placement(id: bodyID, groupID: groupID, rootID: rootID)
        var result = try body.freeze(ofBody, makeID: self.makeID)
        body.removeHeaderChords()

        header.options[SignatureOption.taskID] = .string(groupID)
        // To Celery, an empty group as a body is no body: there is nothing that the header would have to report to.
        let callback = body.isEmptyGroup ? nil : Optional(body.json)
        let ofHeader = Placement(groupID: groupID, chord: callback, rootID: rootID)
        let headerResult = try header.freezeGroup(ofHeader, makeID: self.makeID)
        if let members = headerResult.children, members.contains(where: { $0.children != nil }) {
            self.plan.groups.append(SavedGroup(node: headerResult))
        }
        if headerResult.children?.isEmpty ?? true {
            _ = try self.run(body, Call(args: [.array([])]), isListed: isListed)
        } else {
            for name in [SignatureOption.chain, SignatureOption.chord, SignatureOption.groupID] {
                options[name] = nil
            }
            options.merge(delays) { $1 }
            options[SignatureOption.taskID] = .string(groupID)
            let args = chord.isImmutable ? chord.args : given.args + chord.args
            let kwargs = chord.kwargs.merging(given.kwargs) { $1 }
            _ = try self.runGroup(header, Call(args: args, kwargs: kwargs, options: options), isListed: isListed)
        }
        // Celery's client finds the header right behind the result, even if the body is a chain.
        result.parent = headerResult
        return result
    }
}

extension SignatureNode {
    /// Adds the errbacks that a chord was applied with to its body.
    ///
    /// Every task of a group gets them, unless the group has errbacks of its own, which replace those of its tasks.
    fileprivate mutating func addErrbacksOfChord(_ errbacks: [JSONValue]) {
        if self.isGroup {
            self.addErrbacksOfBody(errbacks, runsAsGroup: true)
        } else {
            self.append(errbacks, to: SignatureOption.linkError)
        }
    }

    private mutating func addErrbacksOfBody(_ errbacks: [JSONValue], runsAsGroup: Bool) {
        switch self.kind {
        case .group:
            if runsAsGroup, !(self.options[SignatureOption.linkError] ?? .null).isNull {
                self.append(errbacks, to: SignatureOption.linkError)
            } else {
                self.updateTasks { $0.addErrbacksOfBody(errbacks, runsAsGroup: false) }
            }
        case .chord(let header, var body):
            body.addErrbacksOfBody(errbacks, runsAsGroup: true)
            self.kind = .chord(header: header, body: body)
        case .task, .chain, .chunks:
            self.linkError(errbacks)
        }
    }
}
