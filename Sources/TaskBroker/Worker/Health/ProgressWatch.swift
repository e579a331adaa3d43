/// What has come of a worker's efforts, and whether it is time to doubt its connections: a pure value.
///
/// Three questions are answered from it: does the loop turn, can tasks be taken, and is there work that somehow is not taken
/// (`reliability.md` R11, the progress watchdog)?
struct ProgressWatch: Sendable {
    typealias Instant = ContinuousClock.Instant

    /// How long work may lie there beside free slots before the connections are replaced.
    static let patience = Duration.seconds(30)
    /// The loop turns at least once a second; without a turn for this long it hangs.
    static let longestTurn = Duration.seconds(60)
    /// What new connections have not cured in this time, they will not cure.
    static let longestStall = Duration.seconds(300)

    /// Something that goes on.
    private struct Trouble: Sendable {
        let message: String
        let since: Instant
    }

    private let started: Instant
    private var lastTurn: Instant
    private var hasClaimed = false
    private var failure: Trouble?
    /// When a round trip has failed last.
    private var lastFailure: Instant?
    /// Since when there has been work, and room for it, without a claim.
    private var hungry: Instant?
    private var stall: Trouble?
    /// When the connections were last replaced because nobody had looked at the lists for too long.
    private var lastDoubt: Instant?
    private var phase = WorkerState.Phase.working
    private var phaseSince: Instant

    init(at now: Instant) {
        (self.started, self.lastTurn, self.phaseSince) = (now, now, now)
    }
}

// MARK: What happens

extension ProgressWatch {
    /// A round trip came back with messages; returns how long none did before it, if none did.
    mutating func noteClaim(count: Int, at now: Instant) -> Duration? {
        defer { (self.failure, self.lastFailure, self.hasClaimed) = (nil, nil, true) }
        if count > 0 { (self.hungry, self.stall) = (nil, nil) }
        return self.failure.map { now - $0.since }
    }

    /// A round trip failed.
    mutating func noteFailure(_ message: String, at now: Instant) {
        self.failure = Trouble(message: message, since: self.failure?.since ?? now)
        self.lastFailure = now
    }

    /// The worker goes on to another part of its life.
    mutating func note(_ phase: WorkerState.Phase, at now: Instant) {
        if phase != self.phase { (self.phase, self.phaseSince) = (phase, now) }
    }

    /// The loop turns, and the lists were looked at; returns whether the connections have to be replaced.
    ///
    /// - Parameters:
    ///   - hasWork: Whether a list has messages that may be taken; `nil` if that could not be found out.
    ///   - hasRoom: Whether more could be taken.
    mutating func look(hasWork: Bool?, hasRoom: Bool, at now: Instant) -> Bool {
        self.lastTurn = now
        guard hasRoom, hasWork != false else {
            (self.hungry, self.stall) = (nil, nil)
            return false
        }
        // An answer that says why is no riddle, and new connections would get the same. If it is an old one the call after it got lost.
        let isExplained = self.lastFailure.map { now - $0 < Self.patience } ?? false
        guard hasWork == true, !isExplained else {
            self.hungry = nil
            return false
        }
        let hungry = self.hungry ?? self.lastFailure ?? now
        self.hungry = hungry
        guard now - hungry >= Self.patience else { return false }
        self.hungry = now
        self.stall =
            self.stall
            ?? Trouble(message: "Queues have messages and there is room, but none was claimed.", since: hungry)
        return true
    }

    /// Time went by; returns whether the lists were not looked at for so long that the connections have to be replaced.
    ///
    /// A look ends within seconds, in one way or the other. If one never does, nobody would be left to doubt the connections.
    mutating func lookIsOverdue(at now: Instant) -> Bool {
        guard now - max(self.lastTurn, self.lastDoubt ?? self.lastTurn) >= Self.patience else { return false }
        self.lastDoubt = now
        self.stall =
            self.stall ?? Trouble(message: "The queues were not looked at: no answer came.", since: self.lastTurn)
        return true
    }
}

// MARK: What comes of it

extension ProgressWatch {
    /// Whether the worker can go on by itself.
    func isLive(at now: Instant) -> Bool {
        if self.phase == .ended { return false }
        return now - self.lastTurn < Self.longestTurn && self.stall.map { now - $0.since < Self.longestStall } ?? true
    }

    /// Why no tasks are taken.
    ///
    /// - Parameter outage: Why the broker cannot be reached now, if it cannot.
    func reasons(outage: String?, at now: Instant) -> [WorkerHealth.Reason] {
        var reasons: [WorkerHealth.Reason] = []
        func add(_ name: String, _ message: String, since: Instant) {
            reasons.append(WorkerHealth.Reason(name: name, message: message, duration: now - since))
        }
        switch self.phase {
        case .working: break
        case .draining, .stopping: add("stopping", "The worker ends and takes no more tasks.", since: self.phaseSince)
        case .ended: add("stopped", "The worker has ended.", since: self.phaseSince)
        }
        if let message = outage ?? self.failure?.message {
            add("broker", message, since: self.failure?.since ?? now)
        } else if !self.hasClaimed {
            add("starting", "The worker has not looked for tasks yet.", since: self.started)
        }
        if let stall {
            add("stalled", stall.message, since: stall.since)
        }
        return reasons
    }
}
