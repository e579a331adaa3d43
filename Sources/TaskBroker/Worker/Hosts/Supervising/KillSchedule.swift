/// When a host is killed for what one of its tasks does, unless that has ended by then: a pure value.
///
/// There is one timer for all tasks of a host. It is set to the first deadline and not touched when that task ends in time, as nearly all
/// do: when it goes off for nothing, it is set to what is the first by then. So a task with a time limit costs no timer of its own.
struct KillSchedule: Sendable {
    typealias Instant = ContinuousClock.Instant

    private var deadlines: [RunID: (due: Instant, condemnation: Condemnation)] = [:]
    /// When the timer goes off.
    private var alarm: Instant?
}

extension KillSchedule {
    /// Notes when a host is to be killed for a run; of two reasons the one that comes first counts.
    ///
    /// - Returns: What the timer has to be set to, if it is not early enough.
    mutating func add(_ run: RunID, at due: Instant, _ condemnation: Condemnation) -> Instant? {
        if let known = self.deadlines[run], known.due <= due { return nil }
        self.deadlines[run] = (due, condemnation)
        if let alarm, alarm <= due { return nil }
        self.alarm = due
        return due
    }

    /// Notes that a run has ended.
    mutating func remove(_ run: RunID) { self.deadlines[run] = nil }

    /// What the host is to be killed for when the timer goes off, or what the timer has to be set to instead.
    ///
    /// - Parameter alarm: What it was set to; one that was set to something else since means nothing, or there would be ever more of them.
    mutating func ring(_ alarm: Instant, at now: Instant) -> (condemnation: Condemnation?, next: Instant?) {
        guard alarm == self.alarm else { return (nil, nil) }
        self.alarm = nil
        guard let first = self.deadlines.values.min(by: { $0.due < $1.due }) else { return (nil, nil) }
        if first.due <= now { return (first.condemnation, nil) }
        self.alarm = first.due
        return (nil, first.due)
    }
}
