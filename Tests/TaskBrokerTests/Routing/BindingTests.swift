import TaskBroker
import Testing

struct BindingTests {
    /// Recorded from a worker of Celery 5.7.0 [v: bindings-formats, producer-commands].
    @Test(arguments: [
        (Queue("celery"), "celery\u{06}\u{16}\u{06}\u{16}celery"),
        (Queue("fresh"), "fresh\u{06}\u{16}\u{06}\u{16}fresh"),
        (
            Queue("w1@cap.celery.pidbox", exchange: .fanout("celery.pidbox"), routingKey: ""),
            "\u{06}\u{16}\u{06}\u{16}w1@cap.celery.pidbox"
        ),
        (
            Queue("mail", exchange: .direct("tasks"), routingKey: "mail.send"),
            "mail.send\u{06}\u{16}\u{06}\u{16}mail"
        ),
        (
            Queue("videos", exchange: .topic("media"), routingKey: "media.*.mp4"),
            "media.*.mp4\u{06}\u{16}^media\\.[^\\.]+\\.mp4$\u{06}\u{16}videos"
        ),
        (
            Queue("images", exchange: .topic("media"), routingKey: "media.image.#"),
            "media.image.#\u{06}\u{16}^media\\.image\\..*?$\u{06}\u{16}images"
        ),
    ])
    func `writes and reads the members that Python writes`(queue: Queue, member: String) throws {
        let binding = try #require(queue.bindings.first)
        #expect(queue.bindings.count == 1)
        #expect(binding.member == member)

        let read = try #require(Binding(member: member))
        #expect(read == binding)
        #expect(read.member == member)
        #expect(read.queue == queue.name)
        #expect(read.routingKey == queue.routingKey)
        #expect(!read.hasUnknownPattern)
    }

    /// The recorded tables of two exchanges, and where messages should go [v: routing-topic-direct].
    @Test(arguments: [
        ("media.image.png", ["images"]),
        ("media.x.mp4", ["videos"]),
        ("media.image.mp4", ["videos", "images"]),
        ("mail.send", ["mail"]),
        ("mail.send.now", []),
        ("media.image", []),
        ("media.image.#", ["images"]),
        ("", []),
    ])
    func `finds the queues of a routing key`(routingKey: String, queues: [String]) {
        let members = [
            "media.*.mp4\u{06}\u{16}^media\\.[^\\.]+\\.mp4$\u{06}\u{16}videos",
            "media.image.#\u{06}\u{16}^media\\.image\\..*?$\u{06}\u{16}images",
            "mail.send\u{06}\u{16}\u{06}\u{16}mail",
        ]
        #expect(members.compactMap(Binding.init).queues(matching: routingKey) == queues)
    }

    @Test func `delivers once to a queue that is bound twice`() {
        let exchange = Exchange.topic("media")
        let bindings = ["media.#", "#.png"].map { Binding(queue: "images", exchange: exchange, routingKey: $0) }
        #expect(bindings.queues(matching: "media.png") == ["images"])
    }

    @Test func `compares direct keys byte by byte`() {
        let composed = Binding(queue: "q", exchange: .direct("e"), routingKey: "\u{E9}")
        #expect(composed.matches("\u{E9}"))
        #expect(!composed.matches("e\u{301}"))
    }

    @Test(
        "ignores members that kombu would not have written",
        arguments: [
            "",
            "celery",
            "celery\u{06}\u{16}celery",
            "celery\u{06}\u{16}\u{06}\u{16}",
            "celery\u{06}\u{16}\u{06}\u{16}celery\u{06}\u{16}3",
            "k\u{06}\u{16}\u{06}\u{16}line\nbreak",
            "k\u{06}\u{16}\u{06}\u{16}" + String(repeating: "q", count: 256),
            "k\u{06}\u{16}^" + String(repeating: "a", count: 4096) + "$\u{06}\u{16}q",
        ]
    )
    func foreignMember(member: String) {
        #expect(Binding(member: member) == nil)
    }

    @Test func `says so when it cannot read a pattern`() throws {
        let member = "k\u{06}\u{16}^(a+)+$\u{06}\u{16}q"
        let binding = try #require(Binding(member: member))
        #expect(binding.hasUnknownPattern)
        #expect(!binding.matches("k") && !binding.matches("aa"))
        #expect(binding.member == member)
    }
}
