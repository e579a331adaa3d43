import TaskBroker
import Testing

struct RouterConsumingTests {
    struct Row: Sendable {
        var declared: [String] = ["login", "user", "fans"]
        var including: [String]?
        var excluding: [String] = []
        var createsMissingQueues = true
        var consumed: [String]
    }

    /// Computed once with Celery 5.7.0: `list(queues.consume_from)` after `queues.select(-Q)`, `queues.deselect(-X)`.
    @Test(arguments: [
        Row(declared: [], consumed: ["celery"]),
        Row(consumed: ["login", "user", "fans"]),
        Row(including: [], consumed: ["login", "user", "fans"]),
        Row(including: ["login", "user"], consumed: ["login", "user"]),
        Row(including: ["user", "login"], consumed: ["user", "login"]),
        Row(including: ["login", "login"], consumed: ["login"]),
        Row(including: ["login", "other"], consumed: ["login", "other"]),
        Row(excluding: ["fans"], consumed: ["login", "user"]),
        Row(including: ["login", "fans"], excluding: ["fans"], consumed: ["login"]),
        Row(including: ["login"], excluding: ["fans"], consumed: ["login"]),
        Row(including: ["other"], excluding: ["other"], consumed: []),
        Row(declared: ["login"], excluding: ["login"], consumed: []),
        Row(declared: [], including: ["login"], consumed: ["login"]),
        Row(declared: [], including: ["celery"], createsMissingQueues: false, consumed: ["celery"]),
        Row(declared: [], excluding: ["celery"], consumed: []),
        Row(declared: ["login", "user", "login"], consumed: ["login", "user"]),
    ])
    func `selects the queues that Celery selects`(row: Row) throws {
        let router = Router(
            queues: row.declared.map { Queue($0) },
            routes: [],
            createsMissingQueues: row.createsMissingQueues
        )
        let queues = try router.queuesToConsume(including: row.including, excluding: row.excluding)
        #expect(queues.map(\.name) == row.consumed)
    }

    @Test func `takes declared queues as they are and creates the others`() throws {
        let mail = Queue("mail", exchange: .topic("tasks"), routingKey: "mail.#")
        let queues = try Router(queues: [mail], routes: []).queuesToConsume(including: ["new", "mail"], excluding: [])
        #expect(queues == ["new", mail])
    }

    @Test func `an unknown queue to include is an error if it may not be created`() {
        let router = Router(queues: ["login"], routes: [], createsMissingQueues: false)
        let error = #expect(throws: RoutingError.self) {
            try router.queuesToConsume(including: ["login", "typo"], excluding: [])
        }
        #expect(error?.code == .queueNotFound)
        #expect(
            error?.message == "Trying to select queue subset of ['login', 'typo'], but queue 'typo' isn't declared. "
                + "Declare it in the app's queues, or allow missing queues to be created."
        )
    }

    /// Celery 5.7 consumes all queues then, also the one that was meant.
    @Test func `an unknown queue to exclude is an error`() {
        let router = Router(queues: ["login"], routes: [])
        let error = #expect(throws: RoutingError.self) {
            try router.queuesToConsume(including: nil, excluding: ["login", "typo"])
        }
        #expect(error?.code == .queueNotFound)
        #expect(
            error?.message == "Trying to deselect queue subset of ['login', 'typo'], but queue 'typo' isn't declared. "
                + "Exclude only queues that the app declares or that are selected."
        )
    }

    @Test(arguments: [["a\nb"], ["login", ""], [String(repeating: "q", count: 256)]])
    func `invalid names are not consumed`(names: [String]) {
        let router = Router(queues: ["login"], routes: [])
        let error = #expect(throws: RoutingError.self) {
            try router.queuesToConsume(including: names, excluding: [])
        }
        #expect(error?.code == .invalidName)
    }

    @Test func `a queue that would break the binding table is not consumed`() {
        let router = Router(queues: [Queue("q", exchange: .topic("e"), routingKey: "**")], routes: [])
        let error = #expect(throws: RoutingError.self) { try router.queuesToConsume(including: nil, excluding: []) }
        #expect(error?.code == .invalidTopicKey)
        #expect(error?.message.contains("'**' of queue 'q'") == true)
    }
}
