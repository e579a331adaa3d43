/// How much larger than a signature its messages become, because they repeat parts of it.
extension SignatureNode {
    /// How many tasks get the errbacks of this signature: each of a chain and a group, in a chord those of the body and of
    /// chords in the header.
    var errbackCount: Int {
        switch self.kind {
        case .task: return 1
        case .chain(let tasks), .group(let tasks):
            return tasks.reduce(0) { $0 &+ $1.errbackCount }
        case .chord(let header, let body):
            var count = body.errbackCount
            if case .group(let tasks) = header.kind {
                for task in tasks where task.isChord { count &+= task.errbackCount }
            }
            return count
        case .chunks(_, let items, let size): return items.count / max(1, size) &+ 1
        }
    }

    /// Counts the errbacks of all compositions in this signature, once for each task that gets them, and the task of chunks.
    func charge(to budget: inout RepetitionBudget) throws(CanvasError) {
        if let errbacks = self.options[SignatureOption.linkError] {
            try budget.charge(errbacks.weight, times: self.errbackCount)
        }
        switch self.kind {
        case .task: break
        case .chain(let tasks), .group(let tasks):
            for task in tasks { try task.charge(to: &budget) }
        case .chord(let header, let body):
            try header.charge(to: &budget)
            try body.charge(to: &budget)
        case .chunks(let task, let items, let size):
            try task.charge(to: &budget)
            try budget.charge(task.json.weight, times: items.count / max(1, size) &+ 1)
        }
    }
}
