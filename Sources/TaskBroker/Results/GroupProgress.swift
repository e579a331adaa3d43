import Synchronization

/// How far a group is, at one moment.
public struct GroupProgress: Sendable, Hashable {
    /// How many tasks it has, those of groups in it included.
    public let total: Int
    /// How many have succeeded.
    public let succeeded: Int
    /// How many have failed or were revoked.
    public let failed: Int

    init(_ tally: ResultTally) {
        self.total = tally.taskIDs.count
        self.failed = tally.failureCount
        self.succeeded = tally.endedCount - tally.failureCount
    }
}

extension GroupProgress {
    /// How many have ended.
    public var ended: Int { self.succeeded + self.failed }

    /// Whether all have.
    public var isReady: Bool { self.ended == self.total }
}

/// The progress that was told last, shared by those who tell it.
final class LatestProgress: Sendable {
    private let stored: Mutex<GroupProgress>

    init(_ progress: GroupProgress) {
        self.stored = Mutex(progress)
    }

    var value: GroupProgress { self.stored.withLock { $0 } }

    /// Takes note of later progress; says whether it is any.
    func advance(to progress: GroupProgress) -> Bool {
        self.stored.withLock { stored in
            guard progress.ended > stored.ended else { return false }
            stored = progress
            return true
        }
    }
}
