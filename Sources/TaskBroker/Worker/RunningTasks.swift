import Synchronization

/// The tasks that run in a worker at the moment, and how many it has accepted: for those who ask from outside of its loop.
final class RunningTasks: Sendable {
    private struct State {
        var attempts: [Claim: Attempt] = [:]
        /// Those that are to end.
        var cancelled: Set<Claim> = []
        /// By the names of tasks that the worker knows, so that it stays small.
        var accepted: [String: Int] = [:]
    }

    private let state = Mutex(State())
}

extension RunningTasks {
    /// Notes that a task begins.
    func begin(_ attempt: Attempt) {
        self.state.withLock { state in
            state.attempts[attempt.message.claim] = attempt
            state.accepted[attempt.headers.task, default: 0] += 1
        }
    }

    /// Notes that a task has ended.
    func end(_ attempt: Attempt) {
        self.state.withLock { state in
            state.attempts[attempt.message.claim] = nil
            if !state.cancelled.isEmpty { state.cancelled.remove(attempt.message.claim) }
        }
    }

    /// Notes that tasks are to end, for those who get them into their hands afterwards.
    func cancel(_ claims: [Claim]) {
        self.state.withLock { state in
            state.cancelled.formUnion(claims.filter { state.attempts[$0] != nil })
        }
    }

    /// Whether a task is to end.
    func isCancelled(_ attempt: Attempt) -> Bool {
        self.state.withLock { !$0.cancelled.isEmpty && $0.cancelled.contains(attempt.message.claim) }
    }

    /// The tasks that run, those first that began first.
    var all: [Attempt] { self.state.withLock { Array($0.attempts.values) }.sorted { $0.started < $1.started } }

    /// How many run.
    var count: Int { self.state.withLock(\.attempts.count) }

    /// How many tasks were accepted.
    var acceptedCount: Int { self.state.withLock { $0.accepted.values.reduce(0, &+) } }

    /// How many tasks were accepted, by name.
    var accepted: [String: Int] { self.state.withLock(\.accepted) }
}
