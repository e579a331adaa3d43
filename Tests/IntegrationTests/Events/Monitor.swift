import CeleryProtocol
import Logging
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Somebody who listens to events as Flower does, on a redis-server of its own.
struct Monitor: Sendable {
    /// One message on the events' exchange.
    struct Heard: Sendable {
        let channel: String
        let message: EventMessage
    }

    let fixture: BrokerFixture
    let clock = LogicalClock()
    private let heard = AsyncStream<Heard>.makeStream()

    private init(_ fixture: BrokerFixture) {
        self.fixture = fixture
    }

    static let vitals = WorkerVitals(
        active: 1,
        processed: 2,
        loadAverage: [0.1, 0.2, 0.3],
        software: "swift-taskbroker",
        version: "1",
        system: "Linux"
    )
}

extension Monitor {
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Listens while `body` runs.
    static func with(_ body: (Monitor) async throws -> Void) async throws {
        try await BrokerFixture.with { fixture in
            let monitor = Monitor(fixture)
            let url = try RedisURL(fixture.server.url)
            let subscriber = RedisSubscriber(RedisConfiguration(url: url), logger: Self.logger)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await subscriber.run() }
                defer { group.cancelAll() }
                try await subscriber.withSubscription(to: [], patterns: ["/0.celeryev/*"]) { events in
                    group.addTask {
                        for await case .push(let push) in events {
                            let message = try EventMessage(decoding: push.payload)
                            monitor.heard.continuation.yield(Heard(channel: push.channel, message: message))
                        }
                    }
                    try await body(monitor)
                }
            }
        }
    }

    /// A publisher of the worker `w@h`, silent but for what it is told.
    func publisher(_ configuration: EventConfiguration = .init(heartbeatInterval: nil)) -> EventPublisher {
        EventPublisher(
            node: "w@h",
            broker: self.fixture.broker,
            clock: self.clock,
            configuration: configuration,
            logger: Self.logger
        ) {
            Self.vitals
        }
    }

    /// Runs a publisher while `body` does, and waits for its last words.
    func run(_ publisher: EventPublisher, while body: () async throws -> Void) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await publisher.run() }
            try await body()
            group.cancelAll()
        }
    }

    /// The next messages, as many as it takes to fulfil a condition.
    func messages(until isEnough: ([Heard]) -> Bool) async throws -> [Heard] {
        var messages: [Heard] = []
        for await message in self.heard.stream {
            messages.append(message)
            if isEnough(messages) { break }
        }
        return messages
    }

    /// The next events.
    func events(_ count: Int) async throws -> [EventDocument] {
        try await self.messages { $0.reduce(0) { $0 + $1.message.events.count } >= count }.flatMap(\.message.events)
    }
}
