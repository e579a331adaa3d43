import Synchronization

/// Where tasks run: in lanes, each of which takes one item after the other.
///
/// Short tasks thus follow one another on one thread, and none of them costs a Swift task, a wake-up or a hop. Slow ones hold up nobody,
/// by the rule that Go's scheduler has for its threads: while items wait, one lane is on its way, and never more than one. A lane that is on
/// its way begins when a thread is free for it: because there are several, or because a task waits for something. If it finds an item, and there
/// are more, it sends for the next lane.
///
/// Outcomes come together as well. Whoever wants them is told when there are as many as it said in ``wake(at:)``.
final class Lanes: Sendable {
    /// What whoever owns the lanes has to know.
    enum Call: Sendable {
        /// Items wait, and every lane has one: run another lane.
        case laneWanted
        /// As many outcomes as asked for have come together.
        case outcomesReady
    }

    fileprivate struct State {
        /// The items that wait for a lane; the last one is next.
        var waiting: [WorkItem] = []
        var outcomes: [WorkerState.Event] = []
        /// What has begun in other processes and came back when the lanes were closed.
        var leftovers: [WorkItem] = []
        /// With how many outcomes the owner is told; `nil` once it was.
        var threshold: Int? = 1
        /// All lanes.
        var lanes: [Lane] = []
        /// Lanes that wait for an item; the last one is the next to get one.
        var idle: [CheckedContinuation<Void, Never>] = []
        /// Whether a lane is on its way: sent for, and not yet there.
        var isSentFor = false
        var isClosed = false
    }

    /// More idle lanes than this are not kept.
    fileprivate static let maximumIdle = 128

    private let state = Mutex(State())
    private let tell: @Sendable (Call) -> Void

    /// Creates lanes: none at first.
    ///
    /// - Parameter tell: Calls the owner, on any thread.
    init(tell: @escaping @Sendable (Call) -> Void) {
        self.tell = tell
    }
}

// MARK: For the owner

extension Lanes {
    /// Hands in items, which begin in this order; once the lanes are closed, none does.
    func start(_ items: [WorkItem]) {
        let (call, isReady) = self.state.withLock { state -> (LaneCall?, Bool) in
            if state.isClosed {
                state.leave(items)
            } else {
                state.waiting.insert(contentsOf: items.reversed(), at: 0)
            }
            return (state.sendForLane(), state.isReady())
        }
        self.perform(call)
        if isReady { self.tell(.outcomesReady) }
    }

    /// Adds the outcome of something that ran in no lane.
    func note(_ outcome: WorkerState.Event) {
        let isReady = self.state.withLock { state in
            state.outcomes.append(outcome)
            return state.isReady()
        }
        if isReady { self.tell(.outcomesReady) }
    }

    /// Has the owner told as soon as `count` outcomes have come together.
    func wake(at count: Int) {
        let isReady = self.state.withLock { state in
            state.threshold = count
            return state.isReady()
        }
        if isReady { self.tell(.outcomesReady) }
    }

    /// Hands over the outcomes that have come together.
    func takeOutcomes() -> [WorkerState.Event] {
        self.state.withLock { state in
            defer { state.outcomes.removeAll(keepingCapacity: true) }
            return state.outcomes
        }
    }

    /// Hands over what has begun in other processes and came back too late for a lane.
    func takeLeftovers() -> [WorkItem] {
        self.state.withLock { state in
            defer { state.leftovers = [] }
            return state.leftovers
        }
    }

    /// Cancels the items of these claims: those that run, and those that have not begun, which then do not.
    ///
    /// A run that was handed over has begun, and sees itself that it is to end.
    func cancel(_ claims: [Claim]) {
        let claims = Set(claims)
        let (lanes, isReady) = self.state.withLock { state in
            let cancelled = { (item: WorkItem) in claims.contains(item.claim) ? item.cancelled : nil }
            state.outcomes += state.waiting.reversed().compactMap(cancelled)
            state.waiting.removeAll { cancelled($0) != nil }
            return (state.lanes, state.isReady())
        }
        for lane in lanes { lane.cancel(ifRunning: claims) }
        if isReady { self.tell(.outcomesReady) }
    }

    /// Ends the lanes that are idle, and the others when their items have ended.
    func close() {
        let idle = self.state.withLock { state in
            state.isClosed = true
            state.leave(state.waiting.reversed())
            state.waiting = []
            defer { state.idle = [] }
            return state.idle
        }
        for lane in idle { lane.resume() }
    }
}

// MARK: For a lane

extension Lanes {
    /// One more lane: runs items as long as there is any use for it.
    func run(_ perform: @escaping @Sendable (WorkItem) async -> WorkerState.Event) async {
        let lane = Lane()
        self.state.withLock { $0.lanes.append(lane) }
        await lane.run {
            var step = self.step(of: lane, isArriving: true)
            while true {
                switch step {
                case .run(let item): step = self.step(of: lane, after: await perform(item))
                case .wait: step = await self.wait(lane)
                case .end: return
                }
            }
        }
        self.state.withLock { state in state.lanes.removeAll { $0 === lane } }
    }

    fileprivate enum Step {
        case run(WorkItem)
        case wait
        case end
    }

    /// What a lane does next.
    ///
    /// - Parameters:
    ///   - outcome: What came of the item that has ended.
    ///   - isArriving: Whether the lane was sent for.
    private func step(of lane: Lane, after outcome: WorkerState.Event? = nil, isArriving: Bool = false) -> Step {
        // A task can cancel the lane, too, through its own handle.
        let isUsable = lane.finish() && !Task.isCancelled
        let (step, call, isReady) = self.state.withLock { state -> (Step, LaneCall?, Bool) in
            if isArriving { state.isSentFor = false }
            if let outcome { state.outcomes.append(outcome) }
            let step = isUsable ? state.nextStep(of: lane) : .end
            return (step, state.sendForLane(), state.isReady())
        }
        self.perform(call)
        if isReady { self.tell(.outcomesReady) }
        return step
    }

    /// Waits until the lane is sent for.
    private func wait(_ lane: Lane) async -> Step {
        var wasIdle = false
        await withCheckedContinuation { continuation in
            wasIdle = self.state.withLock { state in
                // An item that came in the meantime has sent for another lane, or for nobody.
                guard state.waiting.isEmpty, !state.isClosed else { return false }
                state.idle.append(continuation)
                return true
            }
            if !wasIdle { continuation.resume() }
        }
        return self.step(of: lane, isArriving: wasIdle)
    }

    /// How a lane is sent for.
    fileprivate enum LaneCall {
        case wake(CheckedContinuation<Void, Never>)
        case open
    }

    private func perform(_ call: LaneCall?) {
        switch call {
        case .wake(let lane): lane.resume()
        case .open: self.tell(.laneWanted)
        case nil: break
        }
    }
}

extension Lanes.State {
    /// Takes what no lane will run any more.
    fileprivate mutating func leave(_ items: [WorkItem]) {
        for item in items {
            if let cancelled = item.cancelled { self.outcomes.append(cancelled) } else { self.leftovers.append(item) }
        }
    }

    fileprivate mutating func nextStep(of lane: Lane) -> Lanes.Step {
        if let item = self.waiting.popLast() {
            lane.begin(item.claim)
            return .run(item)
        }
        return self.isClosed || self.idle.count >= Lanes.maximumIdle ? .end : .wait
    }

    /// Sends for a lane if items wait and none is on its way.
    fileprivate mutating func sendForLane() -> Lanes.LaneCall? {
        guard !self.waiting.isEmpty, !self.isSentFor, !self.isClosed else { return nil }
        self.isSentFor = true
        return self.idle.popLast().map { .wake($0) } ?? .open
    }

    /// Whether the owner has to be told now that outcomes are ready.
    fileprivate mutating func isReady() -> Bool {
        guard let threshold, self.outcomes.count >= threshold else { return false }
        self.threshold = nil
        return true
    }
}
