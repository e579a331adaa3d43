import CeleryProtocol
import Synchronization

/// The limits of tasks that are changed while a worker runs: remote control sets them, tasks that start read them.
///
/// Only names that the worker knows come in here, so that it stays small.
package final class RuntimeLimits: Sendable {
    private struct State {
        var rateLimits: [String: RateLimit] = [:]
        var timeLimits: [String: TimeLimits] = [:]
        var limiter = RateLimiter()
    }

    private let state = Mutex(State())

    package init() {}
}

// MARK: Rate limits

extension RuntimeLimits {
    /// The limit that was set for a task; `nil` if its own counts.
    package func rateLimit(of task: String) -> RateLimit? {
        self.state.withLock { $0.rateLimits[task] }
    }

    /// Sets a limit, which counts instead of the task's own.
    package func setRateLimit(_ limit: RateLimit, of task: String) {
        self.state.withLock { $0.rateLimits[task] = limit }
    }

    /// Whether a task may start; if not, until when to put its message aside.
    ///
    /// - Parameter own: The limit of the task unless another was set.
    func admit(_ headers: TaskHeaders, own: RateLimit?, at now: Timestamp) -> Timestamp? {
        self.state.withLock { state in
            guard let limit = state.rateLimits[headers.task] ?? own else { return nil }
            return state.limiter.admit(headers.id, of: headers.task, under: limit, at: now)
        }
    }
}

// MARK: Time limits

extension RuntimeLimits {
    /// The limits that were set for a task; `nil` if the message's and its own count.
    package func timeLimits(of task: String) -> TimeLimits? {
        self.state.withLock { $0.timeLimits[task] }
    }

    /// Sets limits, which count instead of the message's and the task's own for tasks that start from now on.
    package func setTimeLimits(_ limits: TimeLimits, of task: String) {
        self.state.withLock { $0.timeLimits[task] = limits }
    }
}
