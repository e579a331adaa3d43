/// Something that a worker runs under a claim, and that can be cancelled by it.
enum WorkItem: Sendable {
    /// A message that was claimed.
    case run(WorkerState.Delivery)
    /// The bodies of chords whose last parts, by index, the settlement has reported.
    case join(Settlement, parts: [Int])
}

extension WorkItem {
    var claim: Claim {
        switch self {
        case .run(let delivery): delivery.message.claim
        case .join(let settlement, _): settlement.claim
        }
    }

    /// Whether documents belong to it that take longer to read and to write than a change of threads.
    var isLarge: Bool {
        switch self {
        case .run(let delivery): delivery.message.raw.count > 64 << 10
        // All results of a chord.
        case .join: true
        }
    }

    /// What becomes of it if it is cancelled before it begins: the message goes back, and whoever takes it begins anew.
    var cancelled: WorkerState.Event {
        switch self {
        case .run(let delivery): .finished(delivery.message.settlement(.release))
        case .join(let settlement, _): .joined(Settlement(claim: settlement.claim, disposition: .release))
        }
    }
}
