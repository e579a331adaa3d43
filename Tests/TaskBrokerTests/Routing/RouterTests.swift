import TaskBroker
import Testing

struct RouterTests {
    private static let queues: [Queue] = [
        Queue("login_queue", exchange: .direct("login"), routingKey: "for_login"),
        Queue("user_crawler", exchange: .direct("user_info"), routingKey: "for_user_info"),
        Queue("fans_followers", exchange: .direct("fans_followers"), routingKey: "for_fans_followers"),
        Queue("images", exchange: .topic("media"), routingKey: "media.image.#"),
        Queue("news", exchange: .fanout("news")),
    ]

    /// Scenario S1: by task name, by queue, or by exchange and routing key, a message ends in the same list.
    @Test(arguments: [
        RoutingOptions(),
        RoutingOptions(queue: "login_queue"),
        RoutingOptions(exchange: "login", routingKey: "for_login"),
    ])
    func `every way leads to the same list`(options: RoutingOptions) throws {
        let router = Router(queues: Self.queues, routes: [.tasks("login.*", queue: "login_queue")])
        switch try router.destination(task: "login.weibo", options: options).destination {
        case .queue(let name):
            #expect(name == "login_queue")
        case .exchange(let exchange, let routingKey):
            #expect(exchange == .direct("login"))
            #expect(Self.queues.flatMap(\.bindings).queues(matching: routingKey) == ["login_queue"])
        }
    }

    @Test(arguments: [
        (RoutingOptions(), nil, nil),
        (RoutingOptions(priority: 6), nil, 6),
        (RoutingOptions(), RouteTarget(priority: 3), 3),
        (RoutingOptions(queue: "images"), RouteTarget(queue: "x", priority: 3), 3),
        (RoutingOptions(priority: 0), RouteTarget(priority: 3), 0),
    ])
    func `a call's priority comes before a route's`(
        options: RoutingOptions,
        route: RouteTarget?,
        priority: Int?
    ) throws {
        let router = Router(queues: [], routes: [Route { _ in route }])
        #expect(try router.destination(task: "t", options: options).priority == priority)
    }

    @Test func `an exchange has the kind of the declared queue on it`() throws {
        let router = Router(queues: Self.queues, routes: [])
        for (name, exchange) in [("media", Exchange.topic("media")), ("news", .fanout("news")), ("x", .direct("x"))] {
            let options = RoutingOptions(exchange: name, routingKey: "k")
            let destination = try router.destination(task: "t", options: options).destination
            #expect(destination == .exchange(exchange, routingKey: "k"))
        }
    }

    @Test func `uses the configured default queue`() throws {
        let router = Router(queues: [], routes: [], defaultQueue: "work", createsMissingQueues: false)
        #expect(try router.destination(task: "t", options: RoutingOptions()).destination == .queue("work"))
        #expect(router.queues == ["work"])
    }

    /// As in Python's dictionary of queues.
    @Test func `the later of two queues with one name counts`() {
        let later = Queue("a", exchange: .topic("t"))
        #expect(Router(queues: ["a", "b", later], routes: []).queues == [later, "b"])
    }

    @Test func `asks a route once`() async throws {
        try await confirmation(expectedCount: 1) { asked in
            let route = Route { _ in
                asked()
                return RouteTarget(queue: "images")
            }
            _ = try Router(queues: [], routes: [route]).destination(task: "t", options: RoutingOptions())
        }
    }
}

// MARK: Deliberate differences from Celery 5.7

extension RouterTests {
    /// Celery publishes to the route's exchange and ignores the queue of the call.
    @Test func `a call's queue wins over a route's exchange`() throws {
        let router = Router(queues: Self.queues, routes: [.task("t", exchange: "media", routingKey: "media.image.png")])
        let options = RoutingOptions(queue: "login_queue")
        #expect(try router.destination(task: "t", options: options).destination == .queue("login_queue"))
    }

    /// The key of a route belongs to its exchange: without the one, the other has no meaning.
    @Test func `a call's queue also wins over the routing key of a route's exchange`() throws {
        let router = Router(queues: Self.queues, routes: [.task("t", exchange: "login", routingKey: "for_login")])
        let destination = try router.destination(task: "t", options: RoutingOptions(queue: "images")).destination
        #expect(destination == .exchange(.topic("media"), routingKey: "media.image.#"))
    }

    /// Celery publishes without a routing key.
    @Test(arguments: [("media", Exchange.topic("media")), ("other", .direct("other"))])
    func `a queue's own key completes an exchange`(name: String, exchange: Exchange) throws {
        let router = Router(queues: Self.queues, routes: [])
        let options = RoutingOptions(queue: "images", exchange: name)
        let destination = try router.destination(task: "t", options: options).destination
        #expect(destination == .exchange(exchange, routingKey: "media.image.#"))
    }

    /// Celery publishes to the default queue instead.
    @Test func `a fanout exchange needs no routing key`() throws {
        let destination = try Router(queues: Self.queues, routes: [])
            .destination(task: "t", options: RoutingOptions(exchange: "news")).destination
        #expect(destination == .exchange(.fanout("news"), routingKey: "celery"))
    }

    @Test func `a fanout exchange may be used with an empty routing key`() throws {
        let all = Queue("all", exchange: .fanout("all"), routingKey: "")
        let destination = try Router(queues: [all], routes: [])
            .destination(task: "t", options: RoutingOptions(queue: "all")).destination
        #expect(destination == .exchange(.fanout("all"), routingKey: ""))
    }

    /// Celery publishes to the default queue, or without any routing key if a route says so.
    @Test(arguments: [
        (RoutingOptions(exchange: "media"), RouteTarget()), (RoutingOptions(), RouteTarget(exchange: "media")),
    ])
    func `an exchange alone is an error`(options: RoutingOptions, route: RouteTarget) {
        let router = Router(queues: Self.queues, routes: [Route { _ in route }])
        let error = #expect(throws: RoutingError.self) { try router.destination(task: "t", options: options) }
        #expect(error?.code == .missingRoutingKey)
        #expect(
            error?.description == "missingRoutingKey: The exchange 'media' needs a routing key to select a queue. "
                + "Give a routing key as well, or the name of a queue instead."
        )
    }

    /// Celery looks up the queue of the route even if the call overrides it.
    @Test func `an unknown queue matters only where a message goes`() throws {
        let router = Router(queues: Self.queues, routes: [.task("t", queue: "x")], createsMissingQueues: false)
        let options = RoutingOptions(queue: "login_queue")
        #expect(try router.destination(task: "t", options: options).destination == .queue("login_queue"))
    }
}

// MARK: Errors

extension RouterTests {
    @Test func `an unknown queue is an error if it may not be created`() {
        let router = Router(queues: Self.queues, routes: [], createsMissingQueues: false)
        let error = #expect(throws: RoutingError.self) {
            try router.destination(task: "t", options: RoutingOptions(queue: "a'b"))
        }
        #expect(error?.code == .queueNotFound)
        #expect(
            error?.message == #"Queue 'a\'b' missing from task_queues. "#
                + "Declare it in the app's queues, or allow missing queues to be created."
        )
    }

    @Test(arguments: [
        ("", RoutingOptions()),
        ("a\nb", RoutingOptions()),
        ("t", RoutingOptions(queue: "")),
        ("t", RoutingOptions(queue: "login\u{06}\u{16}9")),
        ("t", RoutingOptions(exchange: "e\0", routingKey: "k")),
        ("t", RoutingOptions(exchange: "e", routingKey: "k\r")),
        ("t", RoutingOptions(exchange: "news", routingKey: "k\r")),
        ("t", RoutingOptions(exchange: String(repeating: "e", count: 256), routingKey: "k")),
    ])
    func `invalid names get nowhere`(task: String, options: RoutingOptions) {
        let router = Router(queues: Self.queues, routes: [])
        let error = #expect(throws: RoutingError.self) { try router.destination(task: task, options: options) }
        #expect(error?.code == .invalidName)
    }

    @Test func `an invalid declaration gets nowhere`() {
        let router = Router(queues: [Queue("q", exchange: .topic("e"), routingKey: "")], routes: [])
        #expect(throws: RoutingError.self) {
            try router.destination(task: "t", options: RoutingOptions(queue: "q"))
        }
    }
}
