import TaskBroker
import Testing

struct QueueTests {
    @Test func `a plain queue has a direct exchange and a key of its own name`() {
        let queue: Queue = "login"
        #expect(queue == Queue("login", exchange: .direct("login"), routingKey: "login"))
        #expect(queue.maxPriority == nil)
    }

    @Test func `keeps what is declared`() {
        let queue = Queue("mail", exchange: .topic("tasks"), routingKey: "mail.#", maxPriority: 9)
        #expect(queue.exchange == Exchange("tasks", kind: .topic))
        #expect(queue.routingKey == "mail.#")
        #expect(queue.maxPriority == 9)
    }

    /// Recorded: the worker of an app with `Broadcast("news")` sends `PSUBSCRIBE /0.news/celery` (Celery 5.7.0).
    @Test func `a fanout queue without key listens where Celery does`() {
        #expect(Queue("news", exchange: .fanout("news")).routingKey == "celery")
        #expect(Queue("news", exchange: .fanout("news"), routingKey: "").routingKey == "")
    }

    @Test func `nothing is bound to the default exchange`() {
        #expect(Exchange.default == .direct(""))
        #expect(Queue("login", exchange: .default).bindings.isEmpty)
    }

    @Test(
        "accepts what can be declared",
        arguments: [
            Queue("login"),
            Queue("login", exchange: .default),
            Queue("news", exchange: .fanout("news"), routingKey: ""),
            Queue("images", exchange: .topic("media"), routingKey: "media.*.#"),
            Queue("odd", exchange: .direct("odd"), routingKey: "image*"),
        ]
    )
    func valid(queue: Queue) throws {
        try queue.validate()
    }

    @Test(
        "refuses what would harm the binding tables",
        arguments: [
            (Queue(""), RoutingError.Code.invalidName),
            (Queue("q\u{06}\u{16}3"), .invalidName),
            (Queue("q", exchange: .direct("e\n")), .invalidName),
            (Queue("q", exchange: .direct("e"), routingKey: ""), .invalidName),
            (Queue("q", exchange: .direct("e"), routingKey: "k\u{06}\u{16}"), .invalidName),
            (Queue("q", exchange: .fanout("e"), routingKey: "\u{85}"), .invalidName),
            (Queue("q", exchange: .topic("e"), routingKey: "image*"), .invalidTopicKey),
        ]
    )
    func invalid(queue: Queue, code: RoutingError.Code) {
        let error = #expect(throws: RoutingError.self) { try queue.validate() }
        #expect(error?.code == code)
    }
}
