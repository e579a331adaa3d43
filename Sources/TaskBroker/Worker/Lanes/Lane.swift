import Synchronization

/// One lane: a Swift task that runs items one after the other, and that can be cancelled for the sake of the one that it runs.
///
/// A child of a task group cannot be cancelled from outside, only by the body of its group. So a lane is a group of one child: the
/// child runs the items, and the body waits for somebody who calls ``cancel(ifRunning:)``.
final class Lane: Sendable {
    private struct State {
        /// What runs.
        var claim: Claim?
        /// Whether that was cancelled, or the lane has ended; a Swift task that was cancelled stays so.
        var isOver = false
        /// The body of the group.
        var body: CheckedContinuation<Void, Never>?

        mutating func end() -> CheckedContinuation<Void, Never>? {
            self.isOver = true
            return self.body.take()
        }
    }

    private let state = Mutex(State())
}

extension Lane {
    /// Runs `work`, which takes items until ``finish()`` says that it must not take another one.
    func run(_ work: @escaping @Sendable () async -> Void) async {
        await withDiscardingTaskGroup { group in
            group.addTask {
                await work()
                self.state.withLock { $0.end() }?.resume()
            }
            await withCheckedContinuation { continuation in
                let isOver = self.state.withLock { state in
                    if !state.isOver { state.body = continuation }
                    return state.isOver
                }
                if isOver { continuation.resume() }
            }
            group.cancelAll()
        }
    }

    /// Notes that the item of a claim begins.
    func begin(_ claim: Claim) {
        self.state.withLock { $0.claim = claim }
    }

    /// Notes that the item has ended; returns whether the lane may take another one.
    func finish() -> Bool {
        self.state.withLock { state in
            state.claim = nil
            return !state.isOver
        }
    }

    /// Cancels the item that runs if it is one of these.
    func cancel(ifRunning claims: Set<Claim>) {
        let body = self.state.withLock { state in
            state.claim.map(claims.contains) == true ? state.end() : nil
        }
        body?.resume()
    }
}
