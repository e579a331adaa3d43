import Synchronization

/// A ring that one task waits for and another gives; a ring that comes early is kept.
///
/// Not an `AsyncStream`: waiting for an element is cancelled whenever the worker stops waiting, and that would end the stream.
final class WorkSignal: Sendable {
    private struct State {
        var isRung = false
        var lastID: UInt64 = 0
        var waiting: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let state = Mutex(State())
}

extension WorkSignal {
    /// Wakes everybody who waits, or the next who would.
    func ring() {
        let waiting = self.state.withLock { state in
            state.isRung = state.waiting.isEmpty
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Forgets a ring that nobody has heard.
    func reset() {
        self.state.withLock { $0.isRung = false }
    }

    /// Suspends until the next ring, or until the task is cancelled.
    func wait() async {
        let id = self.state.withLock { state in
            state.lastID &+= 1
            return state.lastID
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDone = self.state.withLock { state in
                    // A cancellation that came before finds nothing to resume, so it is looked for under the lock.
                    if state.isRung || Task.isCancelled {
                        state.isRung = false
                        return true
                    }
                    state.waiting[id] = continuation
                    return false
                }
                if isDone { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.waiting.removeValue(forKey: id) }?.resume()
        }
    }
}
