/// Something that a worker runs under a claim, and that can be cancelled by it.
enum WorkItem: Sendable {
    /// A message that was claimed.
    case run(WorkerState.Delivery)
    /// The bodies of chords whose last parts, by index, the settlement has reported.
    case join(Settlement, parts: [Int])
    /// A task that has begun and has no host: none had room, or the one that it was given to has died.
    case execute(StartedRun)
    /// A task that has ended in another process, and whose settlement takes more than what is known here.
    case conclude(StartedRun, TaskReport)
}

extension WorkItem {
    var claim: Claim {
        switch self {
        case .run(let delivery): delivery.message.claim
        case .join(let settlement, _): settlement.claim
        case .execute(let run), .conclude(let run, _): run.attempt.message.claim
        }
    }

    /// A message of as many bytes is read and written on the spot.
    private static let smallSize = 64 << 10

    /// Whether documents belong to it that take longer to read and to write than a change of threads.
    var isLarge: Bool {
        switch self {
        case .run(let delivery): delivery.message.raw.count > Self.smallSize
        // All results of a chord.
        case .join: true
        case .execute(let run), .conclude(let run, _): run.attempt.message.raw.count > Self.smallSize
        }
    }

    /// What becomes of it if it is cancelled before it begins: the message goes back, and whoever takes it begins anew.
    ///
    /// `nil` if it has begun already, in another process.
    var cancelled: WorkerState.Event? {
        switch self {
        case .run(let delivery): .finished(delivery.message.settlement(.release))
        case .join(let settlement, _): .joined(Settlement(claim: settlement.claim, disposition: .release))
        case .execute, .conclude: nil
        }
    }
}
