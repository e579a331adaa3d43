extension TaskContinuation {
    /// What a task sends when it has succeeded: its callbacks, then the next task of its chain (celery-wire §7.5).
    ///
    /// A single callback is applied alone, several together as a group; callbacks that are groups themselves, alone.
    ///
    /// - Parameter value: What the task returned.
    /// - Returns: The plan, whose results are to be listed as `children` of the result.
    /// - Throws: A ``CanvasError`` if the message holds what cannot be applied.
    package func afterSuccess(_ value: JSONValue) throws(CanvasError) -> CanvasPlan {
        let callbacks = self.embed.callbacks ?? []
        let chain = self.embed.chain ?? []
        guard !callbacks.isEmpty || !chain.isEmpty else { return CanvasPlan() }
        let lineage = Self.lineage(self.parent)
        return try self.plan { (application) throws(CanvasError) in
            let call = CanvasApplication.Call(args: [value], options: lineage)
            if callbacks.count > 1 {
                let signatures = try SignatureNode.reading(callbacks)
                for group in signatures where group.isGroup {
                    try application.apply(group, call)
                }
                let others = signatures.filter { !$0.isGroup }
                if !others.isEmpty {
                    try application.apply(.group(others), call)
                }
            } else if let callback = callbacks.first {
                try application.apply(SignatureNode(json: callback), call)
            }
            if let next = chain.last {
                var call = call
                call.options[SignatureOption.chain] = .array(chain.dropLast())
                try application.apply(SignatureNode(json: next), call)
            }
        }
    }

    /// The part that the task returns to the chord it belongs to, or `nil` if it belongs to none.
    ///
    /// - Parameters:
    ///   - state: `SUCCESS`, `FAILURE` or `REVOKED`.
    ///   - result: The return value, or the exception's JSON form.
    package func chordPart(state: String, result: JSONValue) -> ChordPart? {
        guard let body = self.embed.chord, !body.isNull, let group = self.headers.group, !group.isEmpty,
            !self.headers.id.isEmpty
        else {
            return nil
        }
        return ChordPart(
            groupID: group,
            taskID: self.headers.id,
            groupIndex: self.headers.groupIndex,
            state: state,
            result: result,
            body: body
        )
    }

    /// What the task sends that returned the last part of a chord: the chord's body, with the results.
    ///
    /// - Parameters:
    ///   - body: The body of the part that was the last one; by default that of the task's own chord.
    ///   - results: The values of the header, joined.
    /// - Throws: A ``CanvasError`` if the body cannot be applied: the chord fails with ``ChordError/callback(_:)``.
    package func chordBody(_ body: JSONValue? = nil, results: [JSONValue]) throws(CanvasError) -> CanvasPlan {
        let body = try SignatureNode(json: body ?? self.embed.chord ?? .null)
        return try self.plan { (application) throws(CanvasError) in
            try application.apply(body, .init(args: [.array(results)]))
        }
    }
}

extension SignatureNode {
    /// Reads several signatures, which together are as limited as one.
    static func reading(_ list: [JSONValue]) throws(CanvasError) -> [SignatureNode] {
        var reader = SignatureReader()
        var signatures: [SignatureNode] = []
        for json in list {
            signatures.append(try reader.read(json, depth: 2))
        }
        return signatures
    }
}
