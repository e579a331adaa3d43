import CeleryProtocol
import TaskBroker

/// A broker and a result backend as one value: what Redis and the scripts do, without Redis.
///
/// Every method is one atomic step, as a script is. What has to be told to those who wait is collected in ``effects``.
struct InMemoryState: Sendable {
    var clock: VirtualClock
    var lists: [ListAddress: MessageList] = [:]
    /// What is claimed, by the id of the claim.
    var held: [String: HeldMessage] = [:]
    var delayed = DelayedMessages()
    var dead: [DeadMessage] = []
    /// How often a message was redelivered or parked; only for those that ever were.
    var counters: [MessageIdentity: DeliveryCounters] = [:]
    /// The bindings of each exchange, by its name.
    var bindings: [String: [Binding]] = [:]
    var uniqueKeys: [String: UniqueHolder] = [:]
    var results: [String: StoredResult] = [:]
    /// The members of groups, by the ids of the groups.
    var groups: [String: ResultNode] = [:]
    /// By the ids of their headers.
    var chords: [String: ChordState] = [:]
    /// The log of revocations, the oldest first.
    var revocations: [RevocationEntry] = []
    /// What producers sent, the oldest first.
    var published: [Publication] = []
    /// What workers tell about themselves, by node name.
    var workers: [String: WorkerRecord] = [:]
    var consumers: [Int: ConsumerState] = [:]
    /// The numbers of the consumers that wait for work.
    var listening: Set<Int> = []
    /// The tasks whose results are waited for, by the number of the waiter.
    var subscriptions: [Int: Set<String>] = [:]
    /// What has to be told since the last time.
    var effects: [Effect] = []
    private var nextNumber = 1

    init(clock: VirtualClock) {
        self.clock = clock
    }

    /// A number that nobody else has.
    mutating func makeNumber() -> Int {
        defer { self.nextNumber += 1 }
        return self.nextNumber
    }
}

extension InMemoryState {
    /// What those who wait are told.
    enum Effect: Sendable {
        /// A consumer may find something to claim.
        case ring(consumer: Int)
        /// A result was stored.
        case announce(ResultUpdate, subscription: Int)
        /// A message was sent to a fanout exchange.
        case broadcast(Broadcast, exchange: String)
    }
}

/// A message with its list: how a message is recognized when it comes back.
struct MessageIdentity: Hashable, Sendable {
    let address: ListAddress
    let raw: [UInt8]
}

/// How often a message came back, and why.
struct DeliveryCounters: Hashable, Sendable {
    var redeliveries = 0
    var parkings = 0
}

/// A claimed message.
struct HeldMessage: Sendable {
    let claim: Claim
    let raw: [UInt8]
    let consumer: Int
    /// When the lease runs out, unless it is renewed.
    var deadline: Timestamp
}

/// Who holds a unique key, and until when.
struct UniqueHolder: Sendable {
    let taskID: String
    let deadline: Timestamp
}

/// A result, and until when it is kept.
struct StoredResult: Sendable {
    let document: ResultDocument
    let deadline: Timestamp?
}

/// What is known of one consumer.
struct ConsumerState: Sendable {
    var queues: [String]
    let lease: Duration
    var life = Life.working
    /// Which queue the next claim begins with.
    var rotation = 0
    var nextClaim = 0

    enum Life: Sendable {
        case working
        /// It takes nothing any more. What it still holds it will give back.
        case ended
        /// Its process is gone, or stands still: nobody renews what it holds.
        case killed
    }
}
