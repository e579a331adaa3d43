/// What a worker does next: a pure decision over what it holds and what it has heard.
///
/// One supervisor loop owns it. Every event returns the actions to perform; nothing here waits, talks or runs anything.
///
/// Three rules give the traffic its shape:
/// - A finished task is settled at once while no round trip is under way, and otherwise together with those that finish in
///   the meantime. A lone task waits for nothing, and a busy worker settles in batches without a timer.
/// - Every round trip claims as much as there is room for, so that a steady worker needs one for both; only that of a lone task does
///   not look again into lists that were empty a moment ago.
/// - A claim that comes back short means that the lists are empty: then the worker waits for the bell.
struct WorkerState: Sendable {
    /// How many tasks run at once.
    private(set) var concurrency: Int
    /// How many messages are held beyond those that run.
    let prefetch: Int
    let isBurst: Bool
    let onLeaseLost: LeaseLossPolicy

    /// No command from afar lets more tasks than this run at once.
    static let maximumConcurrency = 100_000

    /// No round trip carries more than this.
    ///
    /// With 100, one round trip took all that two can share (``RoundTripPace``): 256 slots got through 65,000 to 75,000 tasks a second,
    /// with 64 through 81,000 to 88,000 (28 November 2026, two cores).
    static let maximumBatch = 64

    var phase = Phase.working
    var leases: Leases
    /// Claimed and not started.
    var backlog: [Delivery] = []
    var running: Set<Claim> = []
    /// Finished and not sent, or sent without an answer.
    var finished: [Settlement] = []
    /// Claims whose settlement was sent without an answer; a refusal tells nothing about them.
    var inDoubt: Set<Claim> = []
    /// Claims that have reported the last part of a chord, whose body is being made.
    var joining: Set<Claim> = []
    /// The claims whose settlements were in a round trip that the broker refused: they are sent one at a time, to find out which it refuses.
    var suspects: Set<Claim> = []
    /// Settlements that the broker refuses even alone.
    ///
    /// They are tried again now and then, and nobody waits for them.
    var refused: [Settlement] = []
    /// Round trips that are under way, and how many messages they ask for.
    var turns = 0
    var asked = 0
    var pace = RoundTripPace()
    /// Whether the last claim found the lists empty.
    var isDry = false
    var isListening = false
    /// Whether the bell that it listens to does not ring at the moment.
    var isBellBroken = false
    /// Whether messages themselves can be waited for at all, and whether that is possible at the moment.
    let mayWait: Bool
    var canWait = true
    /// Whether it does.
    var isWaiting = false
    /// Whether a message has arrived that has no lease of its own yet.
    var isUnsecured = false
    /// Whether the bell does not tell of the list in which it waits, or has waited.
    var isDeaf = false
    /// Whether round trips pause because one has failed, and how many have in a row.
    var isPaused = false
    var failures = 0
    /// When the lists are looked at because a message is due then; the look of every second comes besides.
    var nextTick: ContinuousClock.Instant?
    /// How many tasks have ended.
    var processed = 0

    /// - Parameter mayWait: Whether the consumer can wait for messages themselves.
    init(_ configuration: WorkerConfiguration, mayWait: Bool = false) {
        self.mayWait = mayWait
        self.concurrency = configuration.concurrency
        self.prefetch = configuration.prefetch
        self.isBurst = configuration.isBurst
        self.onLeaseLost = configuration.onLeaseLost
        self.leases = Leases(duration: configuration.lease)
    }
}

extension WorkerState {
    /// How far the worker's life has come.
    enum Phase: Sendable {
        case working
        /// Takes nothing new, lets running tasks finish.
        case draining
        /// Has cancelled what runs, gives back what it held.
        case stopping
        case ended
    }

    /// A claimed message with the broker's time at which it was claimed.
    struct Delivery: Sendable {
        let message: ClaimedMessage
        let clock: BrokerClock
    }

    /// One round trip: what it settles, how much it claims, and when it was sent.
    struct Turn: Sendable {
        var settlements: [Settlement]
        var count: Int
        var sent: ContinuousClock.Instant
    }

    /// What has happened.
    enum Event: Sendable {
        case started
        /// A round trip came back after this long.
        case settled(ClaimReply, Turn, took: Duration = .zero)
        /// A round trip failed; whether its settlements happened is unknown.
        ///
        /// With `isRefused` the broker has answered, and will answer the same again.
        case settleFailed(Turn, isRefused: Bool = false)
        /// The pause after a failure is over.
        case pauseEnded
        /// A task has ended.
        case finished(Settlement)
        /// The bodies of the chords that a task has completed are in the settlement.
        case joined(Settlement)
        /// The bell rang.
        case rang
        /// The bell does not ring until further notice.
        case bellBroke
        /// The bell rang, and the claim that ``countIfRung`` allowed was made.
        case answered(Turn)
        /// A message was taken in the moment in which it arrived.
        case arrived(Arrival)
        /// No message has come by itself; if that is not possible at the moment, nobody waits until the lists have been looked at.
        case waitEnded(isPossible: Bool)
        /// The lists were looked at.
        case ticked(TickReply, at: ContinuousClock.Instant)
        /// The leases of `claims` were prolonged, but for those that are lost.
        case renewed([Claim], lost: [Claim], sent: ContinuousClock.Instant)
        /// The leases of these claims could not be prolonged, because the broker serves nobody: nobody takes them away either.
        case stoodStill([Claim], sent: ContinuousClock.Instant)
        /// Time went by.
        case checkLeases(ContinuousClock.Instant)
        /// There may be more to claim, or more room for it, than the state knows.
        case lookAgain
        /// Finish what runs, take nothing new.
        case drain
        /// Stop what runs.
        case stop
    }

    /// What to do about it.
    enum Action: Sendable {
        case settle(Turn)
        case run([Delivery])
        /// Make the bodies of chords whose last parts, by index, the settlement has reported.
        case join(Settlement, parts: [Int])
        /// Wait for the bell.
        case listen
        /// Wait for the next message itself.
        case wait
        /// Give what has arrived a lease of its own.
        case secure
        /// Have the bell tell of all lists.
        case hearAll
        /// Pause before the next round trip, the longer the more of them have failed.
        case pause(failures: Int)
        case cancel([Claim])
        /// Look at the lists at this moment.
        case tick(ContinuousClock.Instant)
        /// Tell that these outcomes came too late: somebody else owns the tasks.
        case reportFenced([Claim])
        /// Tell that the messages that follow this task cannot be sent, because of a key: it becomes a dead letter.
        case reportBuried(Claim, key: String)
        case end
    }
}

extension WorkerState {
    /// How many messages are held unfinished at most: those that run, and those that wait for a slot.
    var capacity: Int { self.concurrency + self.prefetch }

    /// What the worker holds now.
    var report: WorkerReport {
        WorkerReport(concurrency: self.concurrency, capacity: self.capacity, reserved: self.backlog.map(\.message))
    }

    /// Runs more tasks at once from now on, or fewer; returns whether at least one is left.
    mutating func changeConcurrency(by count: Int) -> Bool {
        let (concurrency, overflow) = self.concurrency.addingReportingOverflow(count)
        guard !overflow, 1...Self.maximumConcurrency ~= concurrency else { return false }
        self.concurrency = concurrency
        return true
    }

    /// How many tasks are running.
    var active: Int { self.running.count }

    /// Whether more messages could be held, and are wanted; what was asked for may never come.
    var hasRoom: Bool { self.phase == .working && self.running.count + self.backlog.count < self.capacity }

    /// What would be lost sight of if the worker ended now: outcomes to send, claims to give back.
    var unsettled: [Settlement] {
        let ended = self.finished + self.refused
        let claims = Set(ended.map(\.claim))
        let open = self.leases.held.filter { !claims.contains($0) }
        return ended + open.map { Settlement(claim: $0, disposition: .release) }
    }

    /// How many more messages may be held.
    var room: Int {
        self.phase == .working ? max(0, self.capacity - self.running.count - self.backlog.count - self.asked) : 0
    }

    /// What the state calls for now: tasks to start, round trips to make, a bell to wait for, the end.
    mutating func next(at now: ContinuousClock.Instant) -> [Action] {
        var actions: [Action] = []
        let starting = Array(self.backlog.prefix(max(0, self.concurrency - self.running.count)))
        if !starting.isEmpty {
            self.backlog.removeFirst(starting.count)
            for delivery in starting { self.running.insert(delivery.message.claim) }
            actions.append(.run(starting))
        }
        while let turn = self.nextTurn(at: now) { actions.append(.settle(turn)) }
        actions += self.nextWait()
        if self.isDry, !self.isListening, !self.isBurst, self.room > 0 {
            self.isListening = true
            actions.append(.listen)
        }
        if self.isDone {
            self.phase = .ended
            actions.append(.end)
        }
        return actions
    }

    /// How many tasks may end until there is something to do about it.
    var patience: Int {
        if !self.backlog.isEmpty { return 1 }
        guard !self.isPaused, let threshold = self.pace.threshold(underWay: self.turns, capacity: self.capacity) else {
            return .max
        }
        return max(1, threshold - max(self.finished.count, self.isDry ? 0 : self.room))
    }

    /// How many messages whoever hears the bell may claim without asking; 0 if the ring has to be thought about first.
    ///
    /// The first claim that ``next(at:)`` would decide on after the ring while nothing else goes on with the broker.
    var countIfRung: Int {
        guard self.isListening, self.turns == 0, self.finished.isEmpty, !self.isPaused else { return 0 }
        return min(self.room, Self.maximumBatch)
    }

    private mutating func nextTurn(at now: ContinuousClock.Instant) -> Turn? {
        guard !self.isPaused, let threshold = self.pace.threshold(underWay: self.turns, capacity: self.capacity) else {
            return nil
        }
        if let turn = self.nextSuspect(at: now) { return turn }
        if !self.suspects.isEmpty, self.turns > 0 { return nil }
        let wanted = self.isDry ? 0 : self.room
        guard self.finished.count >= threshold || wanted >= threshold else { return nil }

        let settlements = Array(self.finished.prefix(Self.maximumBatch))
        self.finished.removeFirst(settlements.count)
        let count = min(self.claimsBeside(settlements) ? self.room : wanted, Self.maximumBatch)
        self.turns += 1
        self.asked += count
        return Turn(settlements: settlements, count: count, sent: now)
    }

    /// Whether a round trip that settles these claims, too.
    ///
    /// One that is made anyway claims for nothing. But that of a lone task would look into lists that were empty a moment ago and whose bell
    /// has not rung since: keys that somebody has to write and read before its result is published. What follows the task itself may go to one of them.
    private func claimsBeside(_ settlements: [Settlement]) -> Bool {
        guard self.isDry, self.isListening, !self.isBellBroken else { return !settlements.isEmpty }
        return settlements.contains { $0.disposition != .acknowledge || $0.sendsMore }
    }

    /// A round trip with one suspect and nothing else.
    private mutating func nextSuspect(at now: ContinuousClock.Instant) -> Turn? {
        guard !self.suspects.isEmpty, self.turns == 0,
            let index = self.finished.firstIndex(where: { self.suspects.contains($0.claim) })
        else { return nil }
        self.turns += 1
        return Turn(settlements: [self.finished.remove(at: index)], count: 0, sent: now)
    }

    private var isDone: Bool {
        guard self.running.isEmpty, self.backlog.isEmpty, self.finished.isEmpty, self.joining.isEmpty, self.turns == 0
        else { return false }
        switch self.phase {
        case .working: return self.isBurst && self.isDry
        case .draining: return self.refused.isEmpty
        case .stopping: return true
        case .ended: return false
        }
    }
}
