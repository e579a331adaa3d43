import Synchronization

/// What has happened, for one task that reacts to it; anybody may tell it.
///
/// The reader takes all that has come together at once, so that a busy one is woken once for many. Not an `AsyncStream`, which hands out
/// its elements one by one, and ends for good when a wait for one is cancelled.
final class Mailbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var reader: CheckedContinuation<Void, Never>?
    }

    private let state = Mutex(State())
}

extension Mailbox {
    /// Tells something, and wakes the reader if it waits.
    func post(_ element: Element) {
        let reader = self.state.withLock { state in
            state.elements.append(element)
            return state.reader.take()
        }
        reader?.resume()
    }

    /// Takes what has come together since the last time, without waiting.
    func take() -> [Element] {
        self.state.withLock { state in
            defer { state.elements = [] }
            return state.elements
        }
    }

    /// Takes what has come together since the last time, and waits if that is nothing; for one task.
    ///
    /// - Returns: Nothing if the task is cancelled before anything has come.
    func next() async -> [Element] {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isReady = self.state.withLock { state in
                    // A cancellation that came before finds nobody to wake, so it is looked for under the lock.
                    guard state.elements.isEmpty, !Task.isCancelled else { return true }
                    state.reader = continuation
                    return false
                }
                if isReady { continuation.resume() }
            }
        } onCancel: {
            self.state.withLock { $0.reader.take() }?.resume()
        }
        return self.take()
    }
}
