extension SignatureNode {
    /// How many parts a chord gets from this member of its header: one from each task that completes it.
    ///
    /// Of a chain the last task that is anything, of a chord its body (celery-wire §7.4).
    var completions: Int {
        switch self.kind {
        case .task: 1
        case .group(let tasks): tasks.reduce(0) { $0 + $1.completions }
        case .chain(let tasks): tasks.reversed().lazy.map(\.completions).first { $0 > 0 } ?? 0
        case .chord(_, let body): body.completions
        case .chunks(_, let items, let size): (items.count + max(1, size) - 1) / max(1, size)
        }
    }
}
