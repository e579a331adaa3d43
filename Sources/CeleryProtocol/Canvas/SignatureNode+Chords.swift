extension SignatureNode {
    /// A chord whose body is a chain as a chord with the chain's first task, followed by the rest of the chain; `nil`
    /// for everything else, and where the body begins with a group, whose members each run the rest.
    func splitChord() -> [SignatureNode]? {
        guard case .chord(let header, let body) = self.kind, case .chain(let tasks) = body.kind,
            let first = tasks.first, !first.isGroup
        else {
            return nil
        }
        if case .chunks = first.kind {
            return nil
        }
        var steps = body.unchained
        // What a chain does not use up itself is meant for its first task.
        steps[0] = steps[0].merging(body.options.filter { !SignatureOption.consumedByChain.contains($0.key) })
        var chord = self
        chord.kind = .chord(header: header, body: steps[0])
        steps[0] = chord
        return steps
    }

    /// The tasks of a chain with their chords split, and those of chains among them.
    static func splittingChords(_ tasks: [SignatureNode]) -> [SignatureNode] {
        var waiting = Array(tasks.reversed())
        var result: [SignatureNode] = []
        while var task = waiting.popLast() {
            if let split = task.splitChord() {
                waiting.append(contentsOf: split.reversed())
                continue
            }
            if case .chain(let inner) = task.kind {
                task.kind = .chain(Self.splittingChords(inner))
            }
            result.append(task)
        }
        return result
    }

    /// Takes the body of the chord out of the tasks of a header, of all chords in this signature that are still to come.
    ///
    /// Each gets it back when it runs. It stands there only in signatures that Celery froze.
    mutating func removeHeaderChords() {
        switch self.kind {
        case .task, .chunks: break
        case .chain, .group: self.updateTasks { $0.removeHeaderChords() }
        case .chord(var header, var body):
            header.removeChord()
            header.removeHeaderChords()
            body.removeHeaderChords()
            self.kind = .chord(header: header, body: body)
        }
    }

    /// Takes the body of the chord out of those tasks that complete this signature.
    private mutating func removeChord() {
        self.options[SignatureOption.chord] = nil
        switch self.kind {
        case .task, .chunks: break
        case .chain(var tasks):
            guard let last = tasks.indices.last else { return }
            self.kind = .chain([])
            tasks[last].removeChord()
            self.kind = .chain(tasks)
        case .group: self.updateTasks { $0.removeChord() }
        case .chord(let header, var body):
            body.removeChord()
            self.kind = .chord(header: header, body: body)
        }
    }
}
