extension SignatureNode {
    /// Tasks that run one after the other, each with the result of the one before.
    ///
    /// The same as piping each into the next: chains are spliced, empty groups dropped, groups of one task unrolled, and
    /// a group that something follows becomes the header of a chord. So the result need not be a chain.
    package static func chain(_ tasks: [SignatureNode]) -> SignatureNode {
        var chain = SignatureNode(.chain([]))
        for task in tasks {
            chain.pipe(into: task)
        }
        return chain
    }

    /// Tasks that run all at once.
    package static func group(_ tasks: [SignatureNode]) -> SignatureNode {
        SignatureNode(.group(tasks))
    }

    /// A body that is called with the results of tasks that run all at once.
    package static func chord(_ header: [SignatureNode], body: SignatureNode) -> SignatureNode {
        SignatureNode(.chord(header: .group(header), body: body))
    }

    /// This signature followed by another; Celery's `|`.
    ///
    /// A group followed by anything is a chord. What follows a chord is appended to its body, unless it is a group or a
    /// chain: those follow the chord in a chain.
    package func piped(into next: SignatureNode) -> SignatureNode {
        var result = self
        result.pipe(into: next)
        return result
    }

    /// Appends a signature, in place: a chain of many tasks is made in linear time.
    package mutating func pipe(into next: SignatureNode) {
        guard !next.isEmptyGroup else { return }
        switch self.kind {
        case .chain:
            self.append(next)
        case .group:
            self = SignatureNode(.chord(header: self, body: next))
        case .chord where !next.unrolled.isChainOrGroup:
            self.appendToBody(next.unrolled)
        case .task, .chord, .chunks:
            if case .chain = next.kind {
                self = SignatureNode(.chain([self] + next.unchained))
            } else {
                self = SignatureNode(.chain([self, next.unrolled]))
            }
        }
    }

    /// The tasks of a chain with the chain's own callbacks on the last of them, and its errbacks on each.
    var unchained: [SignatureNode] {
        guard case .chain(var tasks) = self.kind else { return [self] }
        if let last = tasks.indices.last {
            tasks[last].link(self.list(SignatureOption.link))
        }
        let errbacks = self.list(SignatureOption.linkError)
        if !errbacks.isEmpty {
            for index in tasks.indices {
                tasks[index].linkError(errbacks)
            }
        }
        return tasks
    }

    /// Whether this is a chain or a group, which `|` does not append to the body of a chord before it.
    private var isChainOrGroup: Bool {
        switch self.kind {
        case .chain, .group: true
        case .task, .chord, .chunks: false
        }
    }
}

// MARK: Append to a chain or a chord

extension SignatureNode {
    /// Appends to a chain by Celery's rules, which look only at its last task.
    private mutating func append(_ next: SignatureNode) {
        let next = next.unrolled
        guard case .chain(var tasks) = self.kind, !next.isEmptyGroup else { return }
        if case .chain = next.kind {
            for task in next.unchained {
                self.pipe(into: task)
            }
            return
        }
        guard let last = tasks.indices.last else {
            // Before a group, an empty chain is nothing.
            self = next.isGroup ? next : SignatureNode(.chain([next]), options: self.options)
            return
        }
        self.kind = .chain([])
        switch (tasks[last].kind, next.kind) {
        case (.group, .task), (.group, .chord), (.group, .chunks):
            tasks[last] = SignatureNode(.chord(header: tasks[last], body: next))
            if last > 0, case .chord = tasks[last - 1].kind {
                let chord = tasks.removeLast()
                tasks[last - 1].appendToBody(chord)
            }
        case (.chord, .task), (.chord, .group), (.chord, .chunks):
            tasks[last].appendToBody(next)
        default:
            if !self.options.isEmpty {
                self.kind = .chain(tasks)
                tasks = self.unchained
                self = SignatureNode(.chain([]))
            }
            tasks.append(next)
        }
        self.kind = .chain(tasks)
    }

    private mutating func appendToBody(_ next: SignatureNode) {
        guard case .chord(let header, var body) = self.kind else { return }
        // Released first, so that the body is the only one of its kind and is changed in place.
        self.kind = .group([])
        body.pipe(into: next)
        self.kind = .chord(header: header, body: body)
    }
}
