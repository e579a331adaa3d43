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
        // Asked one by one: a switch would hold on to the parts, which could then not be changed in place.
        if self.isChain {
            self.append(next)
        } else if self.isGroup {
            self = SignatureNode(.chord(header: self, body: next))
        } else if self.isChord, !next.unrolled.isChain, !next.unrolled.isGroup {
            self.appendToBody(next.unrolled)
        } else {
            let following = next.isChain ? next.unchained : [next.unrolled]
            self = SignatureNode(.chain([self] + following))
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
}

// MARK: Append to a chain or a chord

extension SignatureNode {
    /// Appends to a chain by Celery's rules, which look only at its last task.
    private mutating func append(_ next: SignatureNode) {
        let next = next.unrolled
        guard case .chain(var tasks) = self.kind, !next.isEmptyGroup else { return }
        if next.isChain {
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
        if tasks[last].isGroup, !next.isGroup {
            tasks[last] = SignatureNode(.chord(header: tasks[last], body: next))
            if last > 0, tasks[last - 1].isChord {
                let chord = tasks.removeLast()
                tasks[last - 1].appendToBody(chord)
            }
        } else if tasks[last].isChord, !next.isChord {
            tasks[last].appendToBody(next)
        } else {
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
