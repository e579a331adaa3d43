import CeleryProtocol

/// What the typed canvas needs to know and to change so that types keep their promise.
extension SignatureNode {
    /// Makes the tasks that come first ignore what is before them.
    ///
    /// Celery marks a chain as a whole, and forgets the mark when it splices the chain into another one; so the mark goes to the
    /// tasks themselves.
    mutating func ignoreInput() {
        switch self.kind {
        case .task, .chunks:
            self.isImmutable = true
        case .chain(var tasks):
            guard !tasks.isEmpty else { return }
            tasks[0].ignoreInput()
            self.kind = .chain(tasks)
        case .group(var tasks):
            for index in tasks.indices { tasks[index].ignoreInput() }
            self.kind = .group(tasks)
        case .chord(var header, let body):
            header.ignoreInput()
            self.kind = .chord(header: header, body: body)
        }
    }

    /// Whether the result is that of a group, which is not stored as one value.
    var endsInGroup: Bool {
        switch self.kind {
        case .task: false
        case .group, .chunks: true
        case .chain(let tasks): tasks.last?.endsInGroup ?? false
        case .chord(_, let body): body.endsInGroup
        }
    }

    /// This signature as the member of a group: an inner group becomes one task that returns its values.
    ///
    /// Celery flattens groups in groups; then the values would not be nested as the types are.
    var asMember: SignatureNode {
        self.isGroup ? .accumulating(self) : self
    }

    /// This signature as something that comes after another.
    ///
    /// In a chain Celery drops a group without members, and runs the only member of a group by itself: what follows would get its
    /// value instead of an array of one.
    var asSuccessor: SignatureNode {
        if case .group(let tasks) = self.kind, tasks.count < 2 { .accumulating(self) } else { self }
    }
}
