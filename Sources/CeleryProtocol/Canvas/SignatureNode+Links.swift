extension SignatureNode {
    /// Adds a callback, to be applied with the result when this succeeds.
    ///
    /// Celery's rules: a chain calls it after its last task, a chord after its body. A group has no single result: its
    /// first task gets the callback, immutable.
    package mutating func link(_ callback: SignatureNode) {
        self.link([callback.json])
    }

    /// Adds an errback, to be applied with the id of the task that failed.
    ///
    /// Celery's rules: every task of a chain or a group gets it, and the body of a chord, as well as of chords in its
    /// header.
    ///
    /// - Parameter onHeaders: Whether the tasks of a chord's header get it too, immutable: Celery's setting
    ///   `task_allow_error_cb_on_chord_header`.
    package mutating func linkError(_ errback: SignatureNode, onHeaders: Bool = false) {
        self.linkError([errback.json], onHeaders: onHeaders)
    }

    /// Adds callbacks in the form in which options hold them.
    mutating func link(_ callbacks: [JSONValue]) {
        guard !callbacks.isEmpty else { return }
        switch self.kind {
        case .group(var tasks) where !tasks.isEmpty:
            self.kind = .group([])
            tasks[0].link(callbacks.map(Self.immutable))
            self.kind = .group(tasks)
        case .task, .chain, .chunks, .group:
            self.append(callbacks, to: SignatureOption.link)
        case .chord(let header, var body):
            body.link(callbacks)
            self.kind = .chord(header: header, body: body)
        }
    }

    /// Adds errbacks in the form in which options hold them.
    ///
    /// - Parameter inHeaders: Whether chords in the header of a chord get them too. Celery looks for those only until
    ///   the header is frozen.
    mutating func linkError(_ errbacks: [JSONValue], onHeaders: Bool = false, inHeaders: Bool = true) {
        guard !errbacks.isEmpty else { return }
        switch self.kind {
        case .task, .chain, .chunks:
            self.append(errbacks, to: SignatureOption.linkError)
        case .group:
            self.updateTasks { $0.linkError(errbacks, onHeaders: onHeaders, inHeaders: inHeaders) }
        case .chord(var header, var body):
            let immutable = onHeaders ? errbacks.map(Self.immutable) : []
            header.updateTasks { task in
                task.linkError(immutable, onHeaders: onHeaders, inHeaders: inHeaders)
                if inHeaders, case .chord = task.kind {
                    task.linkError(errbacks, onHeaders: onHeaders)
                }
            }
            body.linkError(errbacks, onHeaders: onHeaders, inHeaders: inHeaders)
            self.kind = .chord(header: header, body: body)
        }
    }

    /// Decides whether results of predecessors are ignored: of a group and a chord, by the tasks that get them.
    package mutating func setImmutable(_ isImmutable: Bool) {
        switch self.kind {
        case .task, .chain, .chunks:
            self.isImmutable = isImmutable
        case .group:
            self.updateTasks { $0.setImmutable(isImmutable) }
        case .chord(var header, let body):
            header.setImmutable(isImmutable)
            self.kind = .chord(header: header, body: body)
        }
    }

    /// A callback that ignores the result; as it is if it is no signature, which whoever applies it will say.
    private static func immutable(_ callback: JSONValue) -> JSONValue {
        guard var signature = try? SignatureNode(json: callback) else { return callback }
        signature.setImmutable(true)
        return signature.json
    }
}

// MARK: Change the parts of a composition

extension SignatureNode {
    /// Adds signatures to an option that holds a list of them, leaving out those that are there already.
    mutating func append(_ signatures: [JSONValue], to option: String) {
        guard !signatures.isEmpty else { return }
        var list = self.list(option)
        var known = Set(list)
        for signature in signatures where known.insert(signature).inserted {
            list.append(signature)
        }
        self.options[option] = .array(list)
    }

    /// Changes each task of a chain or a group, in place.
    mutating func updateTasks(_ change: (inout SignatureNode) -> Void) {
        switch self.kind {
        case .chain(var tasks):
            self.kind = .chain([])
            for index in tasks.indices { change(&tasks[index]) }
            self.kind = .chain(tasks)
        case .group(var tasks):
            self.kind = .group([])
            for index in tasks.indices { change(&tasks[index]) }
            self.kind = .group(tasks)
        case .task, .chord, .chunks:
            break
        }
    }
}
