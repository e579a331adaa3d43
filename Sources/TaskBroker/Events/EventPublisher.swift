package import CeleryProtocol
package import Logging
import Synchronization

/// What a worker tells its events to: it sends them to the monitors, in batches and in its own time.
///
/// Telling it something never waits and never fails. While events about tasks are switched off it costs one atomic load: not
/// even the event is made.
///
/// ```swift
/// events.send(.received(headers))
/// ```
package final class EventPublisher: Sendable {
    struct State: Sendable {
        var tasks: EventBuffer<Entry>
        /// Events of the worker itself, which go first and are not subject to the rate.
        var workers: EventBuffer<EventDocument>
        /// Whether ``run()`` has been told that there is something.
        var hasRung = false
    }

    /// An event about a task that waits to be sent.
    enum Entry: Sendable {
        /// As it came, with the time and the clock that it came at.
        case fresh(TaskEvent, clock: Int64, timestamp: Double)
        /// Encoded because it was large, or because it was not sent when the broker was away: it holds on to nothing large.
        case encoded(EventDocument)
    }

    /// How many events of the worker itself may wait.
    private static let workerBufferSize = 100

    let node: String
    let broker: any Broker
    let clock: LogicalClock
    let configuration: EventConfiguration
    let logger: Logger
    let vitals: @Sendable () -> WorkerVitals
    let state: Mutex<State>
    let bell = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    private let isOn: Atomic<Bool>

    /// Creates a publisher; nothing is sent before ``run()``.
    ///
    /// - Parameters:
    ///   - node: The node name of the worker.
    ///   - broker: Where the events go.
    ///   - clock: The logical clock of the app.
    ///   - configuration: How much is sent.
    ///   - logger: For dropped events.
    ///   - vitals: How the worker is at the moment; called for each heartbeat.
    package init(
        node: String,
        broker: any Broker,
        clock: LogicalClock,
        configuration: EventConfiguration = .init(),
        logger: Logger,
        vitals: @escaping @Sendable () -> WorkerVitals
    ) {
        self.node = node
        self.broker = broker
        self.clock = clock
        self.configuration = configuration
        self.logger = logger
        self.vitals = vitals
        self.state = Mutex(
            State(
                tasks: EventBuffer(capacity: configuration.bufferSize),
                workers: EventBuffer(capacity: Self.workerBufferSize)
            )
        )
        self.isOn = Atomic(configuration.sendsTaskEvents)
    }
}

// MARK: Telling

extension EventPublisher {
    /// Tells what happened to a task, if anybody wants to know.
    ///
    /// - Parameter event: Made only while events about tasks are switched on.
    package func send(_ event: @autoclosure () -> TaskEvent) {
        guard self.isOn.load(ordering: .relaxed) else { return }
        self.keep(event())
    }

    /// Sends a heartbeat now, as a monitor asks for when it starts.
    package func sendHeartbeat() {
        // Celery's workers claim this frequency when they are asked.
        let stamp = self.stamp()
        self.tell(.workerHeartbeat(stamp, self.vitals(), frequency: 5))
    }

    /// Takes part in an election of Celery's gossip.
    package func elect(id: String, topic: String, action: JSONValue) {
        self.tell(.workerElect(self.stamp(), id: id, topic: topic, action: action))
    }

    /// Tells that somebody else's candidacy was seen, without which the election does not end.
    package func acknowledgeElection(id: String) {
        self.tell(.workerElectAck(self.stamp(), id: id))
    }

    private func keep(_ event: TaskEvent) {
        let (clock, timestamp) = (self.clock.forward(), Self.now())
        let entry: Entry =
            event.isLarge
            ? .encoded(event.document(self.stamp(clock: clock, timestamp: timestamp)))
            : .fresh(event, clock: clock, timestamp: timestamp)
        self.ring { $0.tasks.append(entry) }
    }

    func tell(_ event: EventDocument) {
        self.ring { $0.workers.append(event) }
    }

    /// Changes the state, and wakes ``run()`` unless it knows already that it has something to do.
    private func ring(_ change: (inout State) -> Void) {
        let wasSilent = self.state.withLock { state in
            change(&state)
            defer { state.hasRung = true }
            return !state.hasRung
        }
        if wasSilent { self.bell.continuation.yield() }
    }
}

// MARK: Switching

extension EventPublisher {
    /// Whether events about tasks are sent.
    package var sendsTaskEvents: Bool { self.isOn.load(ordering: .relaxed) }

    /// Switches events about tasks on or off.
    ///
    /// - Returns: Whether that changed anything.
    @discardableResult
    package func setTaskEvents(enabled: Bool) -> Bool {
        self.isOn.exchange(enabled, ordering: .relaxed) != enabled
    }

    /// How many events were dropped so far because they came faster than they could be sent.
    package var droppedCount: Int { self.state.withLock { $0.tasks.dropped &+ $0.workers.dropped } }
}

// MARK: Stamping

extension EventPublisher {
    /// The stamp of an event that happens now.
    func stamp() -> EventStamp { self.stamp(clock: self.clock.forward(), timestamp: Self.now()) }

    func stamp(clock: Int64, timestamp: Double) -> EventStamp {
        EventStamp(
            hostname: self.node,
            pid: ProcessInfo.pid,
            utcoffset: ProcessInfo.utcOffset,
            clock: clock,
            timestamp: timestamp
        )
    }

    private static func now() -> Double { Double(Timestamp.now().microseconds) / 1e6 }
}
