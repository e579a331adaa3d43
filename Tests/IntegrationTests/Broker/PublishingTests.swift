import CeleryProtocol
import Logging
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// What producers write: the lists and tables that Python reads.
@Suite(.serialized) struct PublishingTests {
    /// The separator of kombu, between the parts of a binding and between a queue and its priority.
    private static let separator = "\u{06}\u{16}"

    @Test func `a bulk of any size arrives in order`() async throws {
        try await BrokerFixture.with { fixture in
            let texts = (0..<3000).map { "m\($0)" }
            let publications = texts.flatMap { [Publication($0, to: "a"), Publication($0, to: "b")] }
            let receipts = try await fixture.broker.publish(publications)
            #expect(receipts == Array(repeating: .sent, count: 6000))
            #expect(try await fixture.state("a").waiting == texts)
            #expect(try await fixture.state("b").waiting == texts)
        }
    }

    @Test func `large messages arrive`() async throws {
        try await BrokerFixture.with { fixture in
            let payload = [UInt8](repeating: UInt8(ascii: "x"), count: 3 << 20)
            let publication = Publication(destination: .queue("q"), payload: payload)
            _ = try await fixture.broker.publish([publication, publication, publication])
            try await fixture.withConsumer { consumer in
                let messages = try await consumer.claim(3)
                #expect(messages.map(\.raw.count) == [3 << 20, 3 << 20, 3 << 20])
            }
        }
    }

    /// The keys and members of `vectors/bindings-formats.json`, captured from Celery 5.7.
    @Test func `bindings are those of kombu`() async throws {
        try await BrokerFixture.with { fixture in
            let queues: [Queue] = [
                "celery", Queue("mail", exchange: .direct("tasks"), routingKey: "mail.send"),
                Queue("images", exchange: .topic("media"), routingKey: "media.image.#"),
                Queue("videos", exchange: .topic("media"), routingKey: "media.*.mp4"),
            ]
            try await fixture.broker.declare(queues)
            try await fixture.broker.declare(queues)
            let separator = Self.separator
            let tables = [
                "celery": ["celery\(separator)\(separator)celery"],
                "tasks": ["mail.send\(separator)\(separator)mail"],
                "media": [
                    #"media.*.mp4\#(separator)^media\.[^\.]+\.mp4$\#(separator)videos"#,
                    #"media.image.#\#(separator)^media\.image\..*?$\#(separator)images"#,
                ],
            ]
            for (exchange, members) in tables {
                for prefix in ["_kombu.binding.", "_kombu.binding_permanent."] {
                    let found = try await fixture.redis.send(["SMEMBERS", prefix + exchange]).array ?? []
                    #expect(found.compactMap(\.string).sorted() == members)
                }
            }
            #expect(try await fixture.redis.send(["DBSIZE"]).integer == 6)
        }
    }

    @Test func `the members of a table decide where a message goes`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.broker.declare([
                Queue("images", exchange: .topic("media"), routingKey: "media.image.#"),
                Queue("all", exchange: .topic("media"), routingKey: "media.#"),
                Queue("mail", exchange: .direct("tasks"), routingKey: "mail.send"),
            ])
            // Like a Python producer that has not declared the exchange, this one takes it for a direct one.
            let destinations: [Destination] = [
                .exchange(.direct("media"), routingKey: "media.image.png"),
                .exchange(.topic("media"), routingKey: "media.sound"),
                .exchange(.direct("tasks"), routingKey: "mail.send"),
                .exchange(.direct("tasks"), routingKey: "mail"),
                .exchange(.direct("nobody"), routingKey: "x"),
                .exchange(.default, routingKey: "plain"),
            ]
            let publications = destinations.map {
                Publication(destination: $0, priority: 7, payload: Array($0.routingKey.utf8))
            }
            _ = try await fixture.broker.publish(publications)
            #expect(try await fixture.state("images", step: 6).waiting == ["media.image.png"])
            #expect(try await fixture.state("all", step: 6).waiting == ["media.image.png", "media.sound"])
            #expect(try await fixture.state("mail", step: 6).waiting == ["mail.send"])
            #expect(try await fixture.state("plain", step: 6).waiting == ["plain"])
            #expect(try await fixture.redis.send(["LLEN", "mail\(Self.separator)6"]).integer == 1)
        }
    }

    @Test func `a fanout exchange is a channel that names the database`() async throws {
        try await BrokerFixture.with { fixture in
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let configuration = RedisConfiguration(url: try RedisURL(fixture.server.url))
            let subscriber = RedisSubscriber(configuration, logger: logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await subscriber.run() }
                defer { group.cancelAll() }
                try await subscriber.withSubscription(to: ["/0.news/celery", "/0.news"]) { events in
                    for key in ["celery", ""] {
                        let destination = Destination.exchange(.fanout("news"), routingKey: key)
                        let publication = Publication(destination: destination, payload: Array("to \(key)".utf8))
                        _ = try await fixture.broker.publish([publication])
                    }
                    var received: [RedisSubscriptionEvent] = []
                    for await event in events.prefix(2) { received.append(event) }
                    let expected = [
                        RedisPush(channel: "/0.news/celery", payload: Array("to celery".utf8)),
                        RedisPush(channel: "/0.news", payload: Array("to ".utf8)),
                    ]
                    #expect(received == expected.map { .push($0) })
                }
            }
        }
    }

    @Test func `a unique key is taken by the first`() async throws {
        try await BrokerFixture.with { fixture in
            func publication(_ id: String) -> Publication {
                let key = UniqueKey("page", for: .seconds(60))
                return Publication(id, to: "q", unique: Publication.UniqueClaim(key: key, taskID: id))
            }
            let bulk = [publication("first"), Publication("plain", to: "q"), publication("second")]
            let receipts = try await fixture.broker.publish(bulk) + fixture.broker.publish([publication("third")])
            #expect(receipts == [.sent, .sent, .duplicate(of: "first"), .duplicate(of: "first")])
            #expect(try await fixture.state().waiting.sorted() == ["first", "plain"])
        }
    }

    @Test func `names that could forge a key are refused`() async throws {
        try await BrokerFixture.with { fixture in
            for name in ["", "a\(Self.separator)3", "a\nb", String(repeating: "x", count: 256)] {
                let error = await #expect(throws: TaskBrokerError.self) {
                    try await fixture.broker.declare([Queue(name)])
                }
                #expect(error?.code == .invalidConfiguration)
                let configuration = ConsumerConfiguration(queues: [Queue(name)], lease: .seconds(1), node: "n")
                #expect(throws: TaskBrokerError.self) { try fixture.broker.makeConsumer(configuration) }
            }
        }
    }
}
