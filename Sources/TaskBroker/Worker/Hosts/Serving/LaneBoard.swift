import NIOCore

/// Which orders of a task host wait, and which of its lanes do: a pure value.
///
/// A lane is a Swift task that runs one order after the other, so that short tasks follow each other on a thread without a hop, and what
/// they return goes out in one write. A lane whose task waits holds up nobody: while orders are left, one lane is always on its way to
/// them, and wakes the next before it begins. It is one and not as many as there are orders, because lanes that run may be back before it comes.
struct LaneBoard {
    /// A lane.
    typealias Lane = Int

    /// Who is to come for the next order.
    enum Call: Sendable, Hashable {
        /// A lane that waits.
        case wake(Lane)
        /// A new one.
        case start(Lane)
    }

    /// What becomes of a run that is to end.
    enum Cancellation: Sendable, Hashable {
        /// It had not begun, and never will.
        case withdrawn
        /// The lane that it runs in has to be cancelled; it takes nothing after it.
        case running(in: Lane)
        /// It is over.
        case unknown
    }

    private var orders = CircularBuffer<RunOrder>()
    private var idle: [Lane] = []
    private var running: [RunID: Lane] = [:]
    /// The lanes that were cancelled.
    private var cancelled: Set<Lane> = []
    /// Whether a lane was called and has not come yet.
    private var isExpected = false
    private var lastLane: Lane = 0
}

extension LaneBoard {
    /// Takes orders.
    mutating func add(_ orders: [RunOrder]) -> Call? {
        self.orders += orders
        return self.call()
    }

    /// Gives a lane its next order; without one it waits until it is called.
    ///
    /// - Parameter wasCalled: Whether it comes because it was called.
    mutating func next(for lane: Lane, wasCalled: Bool) -> (order: RunOrder?, call: Call?) {
        if wasCalled { self.isExpected = false }
        guard let order = self.orders.popFirst() else {
            self.idle.append(lane)
            return (nil, nil)
        }
        self.running[order.id] = lane
        return (order, self.call())
    }

    /// Notes that a run has ended.
    ///
    /// - Returns: Whether its lane goes on.
    mutating func ended(_ run: RunID, in lane: Lane) -> Bool {
        self.running[run] = nil
        return self.cancelled.isEmpty || self.cancelled.remove(lane) == nil
    }

    /// Looks for a run that is to end.
    mutating func cancel(_ run: RunID) -> Cancellation {
        if let lane = self.running[run] {
            self.cancelled.insert(lane)
            return .running(in: lane)
        }
        guard let index = self.orders.firstIndex(where: { $0.id == run }) else { return .unknown }
        self.orders.remove(at: index)
        return .withdrawn
    }

    private mutating func call() -> Call? {
        if self.isExpected || self.orders.isEmpty { return nil }
        self.isExpected = true
        // The last one that began to wait: its memory is still in the caches.
        if let lane = self.idle.popLast() { return .wake(lane) }
        self.lastLane += 1
        return .start(self.lastLane)
    }
}
