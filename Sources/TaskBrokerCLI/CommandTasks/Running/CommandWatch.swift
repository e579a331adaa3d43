import TaskBroker

/// Decides when a running command is stopped, and how: a pure value, times are since its start.
///
/// The soft limit asks (`SIGTERM`) and leaves it to the command what becomes of it. The hard limit and too much output do not ask
/// (`SIGKILL`). Whoever cancels asks first, and waits for a grace period.
struct CommandWatch: Hashable, Sendable {
    /// Why a command was stopped.
    enum Reason: Hashable, Sendable {
        case softLimit
        case hardLimit
        /// The worker stops, the task is revoked or its lease is lost.
        case cancelled
        /// It wrote more than it may.
        case tooMuchOutput
    }

    /// What its process group is sent.
    enum Signal: Hashable, Sendable {
        case terminate
        case kill
    }

    /// The last reason for a signal; `nil` while nothing has been sent.
    private(set) var reason: Reason?
    private var softDeadline: Duration?
    private var hardDeadline: Duration?
    /// When a command that was cancelled has had its time.
    private var graceDeadline: Duration?
    private var isKilled = false

    /// How long a cancelled command may take to end: what Celery's users know as the time between the two signals of a stop.
    static let grace: Duration = .seconds(5)

    init(_ limits: TimeLimits) {
        self.hardDeadline = limits.hard
        self.softDeadline = limits.soft
    }
}

extension CommandWatch {
    /// When ``signal(at:)`` has to be asked again, if nothing else happens.
    var deadline: Duration? {
        if self.isKilled { return nil }
        return [self.softDeadline, self.hardDeadline, self.graceDeadline].compactMap(\.self).min()
    }

    /// The signal that is due, each once.
    mutating func signal(at elapsed: Duration) -> Signal? {
        if self.isKilled { return nil }
        if let hardDeadline, elapsed >= hardDeadline { return self.kill(.hardLimit) }
        if let graceDeadline, elapsed >= graceDeadline { return self.kill(.cancelled) }
        guard let softDeadline, elapsed >= softDeadline else { return nil }
        self.softDeadline = nil
        if self.reason == nil { self.reason = .softLimit }
        return .terminate
    }

    /// The signal for a command that somebody cancels.
    mutating func cancel(at elapsed: Duration) -> Signal? {
        if self.isKilled || self.graceDeadline != nil { return nil }
        self.graceDeadline = elapsed + Self.grace
        self.reason = .cancelled
        return .terminate
    }

    /// The signal for a command that wrote more than it may.
    mutating func overflow() -> Signal? {
        self.isKilled ? nil : self.kill(.tooMuchOutput)
    }

    private mutating func kill(_ reason: Reason) -> Signal {
        self.isKilled = true
        // Who is cancelled and ignores it has not exceeded a limit of its own.
        if self.reason != .cancelled { self.reason = reason }
        return .kill
    }
}
