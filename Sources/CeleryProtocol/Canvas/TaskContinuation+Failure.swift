extension TaskContinuation {
    /// What a failure brings about (celery-wire §7.6, 3 and 4): the rest of the chain fails, with the parts that its tasks
    /// owe to chords, and the errbacks are called with the id of the task.
    ///
    /// Unlike Celery's, this also fails the members of a group in the rest of the chain: a chord around it counts each
    /// of them and would wait for ever.
    ///
    /// Whether ``FailurePlan/failures`` are stored is decided by the task that failed, as in Celery: none are if its own
    /// result is ignored, whatever the rest of the chain wants. Parts and errbacks remain.
    ///
    /// - Parameters:
    ///   - exception: Why the task failed.
    ///   - isHandler: Whether the task of that name takes the error in this process instead of the id in a message.
    package func afterFailure(
        _ exception: ExceptionDocument,
        isHandler: (String) -> Bool = { _ in false }
    ) -> FailurePlan {
        var plan = FailurePlan()
        plan.failChain(self.embed.chain ?? [], with: exception)
        self.callErrbacks(self.embed.errbacks ?? [], for: self.parent, isHandler: isHandler, in: &plan)
        return plan
    }

    /// What happens when the body of a chord is not called (celery-wire §5.6): it fails, and what follows it.
    ///
    /// The errbacks of a body are called with the body's id. A body that is a group fails member by member, with the
    /// exception that made the header fail.
    ///
    /// Unlike Celery's, this also returns the part of a body that belongs to the header of another chord, which would wait
    /// for ever.
    ///
    /// - Parameters:
    ///   - body: The body of the part that was the last one; by default that of the task's own chord.
    ///   - error: Why the body is not called.
    ///   - isHandler: Whether the task of that name takes the error in this process instead of the id in a message.
    package func chordFailure(
        _ body: JSONValue? = nil,
        error: ChordError,
        isHandler: (String) -> Bool = { _ in false }
    ) -> FailurePlan {
        var plan = FailurePlan()
        let json = body ?? self.embed.chord ?? .null
        do {
            var body = try SignatureNode(json: json)
            if body.isGroup {
                try self.failGroup(&body, with: error, isHandler: isHandler, in: &plan)
            } else {
                self.failBody(body, with: error, isHandler: isHandler, in: &plan)
            }
            plan.failChain(SignatureNode.list(body.options[SignatureOption.chain]), with: error.exception)
        } catch {
            // The id can be read from what is not a signature, and whoever waits for it has to be told.
            plan.problems.append(error)
            plan.failChain([json], with: plan.exception(of: error))
        }
        return plan
    }
}

// MARK: Errbacks

extension TaskContinuation {
    /// Plans the errbacks of a failed task: those of this process are called, the others sent as one group.
    ///
    /// - Returns: The results of what is sent.
    @discardableResult
    private func callErrbacks(
        _ errbacks: [JSONValue],
        for failed: CanvasParent,
        isHandler: (String) -> Bool,
        in plan: inout FailurePlan
    ) -> [ResultNode] {
        var messages: [SignatureNode] = []
        for errback in errbacks.prefix(CanvasLimits.maximumCount) {
            do throws(CanvasError) {
                var signature = try SignatureNode(json: errback)
                if case .task(let name) = signature.kind, isHandler(name) {
                    guard plan.handlers.count < CanvasLimits.maximumMessages else { throw .tooManyMessages }
                    signature.set(Self.lineage(failed))
                    plan.handlers.append(signature)
                } else {
                    messages.append(signature)
                }
            } catch {
                plan.note(error)
            }
        }
        guard !messages.isEmpty else { return [] }
        do throws(CanvasError) {
            // Each member of a body has errbacks of its own, but all are sent in one step.
            guard messages.count <= CanvasLimits.maximumMessages - plan.plan.calls.count else { throw .tooManyMessages }
            let call = CanvasApplication.Call(args: [.string(failed.taskID)], options: Self.lineage(failed))
            let sent = try self.plan { (application) throws(CanvasError) in
                try application.apply(.group(messages), call)
            }
            plan.plan.append(sent)
            return sent.children
        } catch {
            plan.note(error)
            return []
        }
    }
}

// MARK: The body of a chord

extension TaskContinuation {
    private func failBody(
        _ body: SignatureNode,
        with error: ChordError,
        isHandler: (String) -> Bool,
        in plan: inout FailurePlan
    ) {
        let id = body.taskID ?? self.makeID()
        let errbacks = body.list(SignatureOption.linkError)
        let children = self.callErrbacks(
            errbacks,
            for: CanvasParent(taskID: id, rootID: nil),
            isHandler: isHandler,
            in: &plan
        )
        plan.fail(id, children: children, exception: error.exception)
        // A chord's own id is that of its header; who waits for the chord waits for its body.
        for completion in body.completionPlaces {
            if let resultID = completion.id, resultID != id {
                plan.fail(resultID, children: children, exception: error.exception)
            }
            plan.returnPart(completion, exception: error.exception)
        }
    }

    private func failGroup(
        _ group: inout SignatureNode,
        with error: ChordError,
        isHandler: (String) -> Bool,
        in plan: inout FailurePlan
    ) throws(CanvasError) {
        let result = try group.freeze(makeID: self.makeID)
        let exception = error.cause ?? error.exception
        let ofGroup = group.list(SignatureOption.linkError)
        guard case .group(let members) = group.kind else { return }
        var repetition = RepetitionBudget()
        try group.charge(to: &repetition)
        // Celery lists with each member what was sent for those before it as well: in a large group, far too much.
        var sent: [ResultNode] = []
        for (member, node) in zip(members, result.children ?? []) {
            var known: Set<JSONValue> = []
            let errbacks = (member.errbacksOfResult + ofGroup).filter { known.insert($0).inserted }
            let children = self.callErrbacks(
                errbacks,
                for: CanvasParent(taskID: node.id, rootID: nil),
                isHandler: isHandler,
                in: &plan
            )
            sent += children
            plan.fail(node.id, children: children, exception: exception)
            for place in member.completionPlaces {
                plan.returnPart(place, exception: exception)
            }
        }
        plan.fail(result.id, children: sent, exception: exception)
    }
}
