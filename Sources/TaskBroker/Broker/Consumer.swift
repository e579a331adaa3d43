package import CeleryProtocol

/// The consuming half of a broker, for one worker.
///
/// The protocol of `docs/architecture.md` §12: a claim moves a message from its list to the in-flight records in one step and is a
/// lease that only its holder renews. A settlement names the claim, never the task, so a holder that lost its lease cannot
/// touch its successor's.
package protocol Consumer: Sendable {
    /// Where the broker's answers arrive: whoever runs there hears them without a change of threads; `nil` if that is anywhere.
    var executor: (any TaskExecutor)? { get }

    /// Keeps the connections of the leases, of the doorbell and of what is waited for alive; returns when it is cancelled.
    func run() async

    /// Ends claims and takes up to `count` new messages, in one round trip.
    ///
    /// The effects of a settlement happen only if its claim is still held, and in the same step.
    ///
    /// - Parameter cursor: Up to where the log of revocations is known. The reply tells all that was revoked after it and before its
    ///   messages were taken.
    func settle(
        _ settlements: [Settlement],
        claiming count: Int,
        after cursor: Timestamp
    ) async throws(TaskBrokerError) -> ClaimReply

    /// Prolongs the leases of `claims`; returns those that are lost.
    func renew(_ claims: [Claim]) async throws(TaskBrokerError) -> [Claim]

    /// Moves messages that are due, or whose lease ran out, back to their lists.
    ///
    /// Every worker calls it about once a second; it costs one command while nothing is waiting anywhere, and one more while
    /// anything is revoked.
    ///
    /// - Parameter cursor: Up to where the log of revocations is known.
    func tick(after cursor: Timestamp) async throws(TaskBrokerError) -> TickReply

    /// Suspends until there may be something to claim.
    ///
    /// A missed call costs latency, never a message: ``tick(after:)`` looks as well.
    ///
    /// - Parameter isIdle: Whether whoever waits has nothing else to do; asked when there is work, of which those who are idle may get more.
    func waitForWork(isIdle: @escaping @Sendable () -> Bool) async throws(TaskBrokerError)

    /// Whether ``waitForMessage(after:)`` can ever bring something.
    var takesArrivals: Bool { get }

    /// Takes the next message in the moment in which it arrives, without a round trip in between.
    ///
    /// Of those who wait only one gets it. It is one more claim, which gets a lease like any other when this is called again, by
    /// ``secureArrival()``, or with the first renewal. To be called by one task at a time.
    ///
    /// - Parameter cursor: Up to where the log of revocations is known, when the message has come.
    func waitForMessage(after cursor: @escaping @Sendable () -> Timestamp) async throws(TaskBrokerError) -> WaitOutcome

    /// Gives what has arrived a lease like that of any other claim.
    func secureArrival() async throws(TaskBrokerError)

    /// Has ``waitForWork(isIdle:)`` hear of the list, too, in which messages were waited for, now that nobody waits.
    func hearAll()

    /// Brings back at once the messages that were parked because no worker knew their task.
    func releaseParked(tasks: [String]) async throws(TaskBrokerError)

    /// Tells everybody that this worker is alive, and what it is doing; repeated every ten seconds.
    func announce(_ record: WorkerRecord) async throws(TaskBrokerError)

    /// Takes this worker off the list of the living.
    func withdraw() async throws(TaskBrokerError)

    /// Why the broker cannot be reached now, in a sentence; `nil` if it can be, as far as is known.
    var outage: String? { get }

    /// Replaces all connections, because nothing comes of them although they look alive.
    func reconnect()

    /// The queues that are taken from.
    var queues: [Queue] { get }

    /// Takes from these queues from now on; what was claimed from others stays claimed.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` for a queue that cannot be consumed.
    func setQueues(_ queues: [Queue]) throws(TaskBrokerError)

    /// Messages that this consumer has put aside until they are due: of each list those that are due first.
    ///
    /// - Parameters:
    ///   - limit: At most this many of each list.
    ///   - maximumBytes: Those that would make all of them together larger are left out.
    func putAside(limit: Int, maximumBytes: Int) async throws(TaskBrokerError) -> [DelayedDelivery]
}

extension Consumer {
    /// Anywhere: there is no connection.
    package var executor: (any TaskExecutor)? { nil }

    /// Never: whoever waits hears the bell, and claims then.
    package var takesArrivals: Bool { false }

    /// Nothing, see ``takesArrivals``.
    package func waitForMessage(
        after cursor: @escaping @Sendable () -> Timestamp
    ) async throws(TaskBrokerError) -> WaitOutcome { .impossible }

    /// Nothing, see ``takesArrivals``.
    package func secureArrival() async throws(TaskBrokerError) {}

    /// Nothing, see ``takesArrivals``.
    package func hearAll() {}

    /// Suspends until there may be something to claim, with nothing else to do.
    package func waitForWork() async throws(TaskBrokerError) {
        try await self.waitForWork { true }
    }

    /// Nothing: there are no connections that could break.
    package var outage: String? { nil }

    /// Does nothing: there are no connections.
    package func reconnect() {}
}

/// A message that was put aside until it is due.
package struct DelayedDelivery: Sendable, Hashable {
    /// The bytes of the list element.
    package var raw: [UInt8]
    /// The queue that it was taken from.
    package var queue: String

    package init(raw: [UInt8], queue: String) {
        self.raw = raw
        self.queue = queue
    }
}

/// What a consumer needs to know about its worker.
package struct ConsumerConfiguration: Sendable {
    /// The queues to take from; the order is the order of the first claim, later ones rotate.
    package var queues: [Queue]
    /// How long a claim lasts unless it is renewed.
    package var lease: Duration
    /// The node name of the worker, `celery@host`.
    package var node: String

    package init(queues: [Queue], lease: Duration, node: String) {
        self.queues = queues
        self.lease = lease
        self.node = node
    }
}

/// What ``Consumer/settle(_:claiming:after:)`` answers.
package struct ClaimReply: Sendable {
    /// The broker's clock, which alone decides what is due or expired.
    package var now: Timestamp
    /// For each settlement, in order, whether it happened; if not, none of its effects did.
    package var isAccepted: [Bool]
    /// The settlements that did not happen although their claims are held, by index: somebody keeps something else under the name of a key.
    package var obstacles: [Int: SettlementObstacle]
    /// The settlements that have reported the last parts of chords and whose claims are still held: by index, the indices of
    /// those parts.
    package var completions: [Int: [Int]]
    /// The claimed messages; fewer than asked for when the lists are empty.
    package var messages: [ClaimedMessage]
    /// How many more were claimed and could not be read; they come back when their lease is over.
    package var unread: Int
    /// What was revoked before the messages were taken; `nil` if that is nothing new.
    ///
    /// It has to be known before one of them starts.
    package var revocations: RevocationUpdate?

    package init(
        now: Timestamp,
        isAccepted: [Bool] = [],
        obstacles: [Int: SettlementObstacle] = [:],
        completions: [Int: [Int]] = [:],
        messages: [ClaimedMessage] = [],
        unread: Int = 0,
        revocations: RevocationUpdate? = nil
    ) {
        self.now = now
        self.isAccepted = isAccepted
        self.obstacles = obstacles
        self.completions = completions
        self.messages = messages
        self.unread = unread
        self.revocations = revocations
    }
}

/// What forbids a settlement: a key that holds something of another type.
package enum SettlementObstacle: Sendable, Hashable {
    /// The queue that a message of the settlement goes to.
    case target(String)
    /// Where the settled message goes itself, beside its own queue.
    case place(String)
}

extension SettlementObstacle {
    /// The key.
    package var key: String {
        switch self {
        case .target(let key), .place(let key): key
        }
    }
}

/// What ``Consumer/tick(after:)`` answers.
package struct TickReply: Sendable, Hashable {
    /// Whether a list has messages.
    package var hasWork: Bool
    /// How long until the next delayed message is due, if there is one.
    package var nextDue: Duration?
    /// What was revoked; `nil` if that is nothing new.
    package var revocations: RevocationUpdate?

    package init(hasWork: Bool, nextDue: Duration? = nil, revocations: RevocationUpdate? = nil) {
        self.hasWork = hasWork
        self.nextDue = nextDue
        self.revocations = revocations
    }
}
