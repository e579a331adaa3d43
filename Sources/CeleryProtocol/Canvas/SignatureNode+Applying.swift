extension SignatureNode {
    /// Everything that applying this signature sends and stores.
    ///
    /// - Parameters:
    ///   - args: Arguments that come before the signature's own, unless it is immutable; in a group, for each task.
    ///   - kwargs: Keyword arguments that go over the signature's own.
    ///   - options: Execution options that go over the signature's own, by their names on the wire.
    ///   - parent: The running task on whose behalf this happens, or `nil` in a producer.
    ///   - makeID: Makes the ids that are not there.
    /// - Returns: The plan; of a chain without tasks an empty one.
    /// - Throws: A ``CanvasError`` if there is too much of anything, or a callback for a group, which has no one result.
    package func plan(
        args: [JSONValue] = [],
        kwargs: [String: JSONValue] = [:],
        options: [String: JSONValue] = [:],
        in parent: CanvasParent? = nil,
        makeID: () -> String = Identifier.uuid4
    ) throws(CanvasError) -> CanvasPlan {
        let links = [SignatureOption.link, SignatureOption.linkError].filter { options[$0].map { !$0.isNull } ?? false }
        switch self.kind {
        case .group, .chunks:
            guard links.isEmpty else {
                throw CanvasError("A group takes no callbacks: link its tasks, or make it the header of a chord.")
            }
        case .task, .chain, .chord: break
        }
        return try CanvasPlan.applying(in: parent, makeID: makeID) { (application) throws(CanvasError) in
            try application.apply(self, .init(args: args, kwargs: kwargs, options: options))
        }
    }
}

extension CanvasPlan {
    /// The plan of applying several signatures one after the other.
    static func applying(
        in parent: CanvasParent?,
        makeID: () -> String,
        _ body: (inout CanvasApplication) throws(CanvasError) -> Void
    ) throws(CanvasError) -> CanvasPlan {
        try withoutActuallyEscaping(makeID) { (makeID) throws(CanvasError) in
            var application = CanvasApplication(parent: parent, makeID: makeID)
            try body(&application)
            return application.plan
        }
    }
}
