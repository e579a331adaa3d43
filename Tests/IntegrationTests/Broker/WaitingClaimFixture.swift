import CeleryProtocol
import Logging
import RedisClient
import Synchronization
import TestSupport
import Testing

@testable import TaskBroker

/// Waiting for messages themselves, and looking at who does.
extension BrokerFixture {
    /// A consumer that can wait for messages while `body` runs.
    func withWaiter(
        _ queues: [Queue] = ["q"],
        lease: Duration = .seconds(30),
        of broker: RedisBroker? = nil,
        _ body: (RedisConsumer) async throws -> Void
    ) async throws {
        let configuration = ConsumerConfiguration(queues: queues, lease: lease, node: "celery@waiter")
        let consumer = try #require(try (broker ?? self.broker).makeConsumer(configuration) as? RedisConsumer)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await consumer.run() }
            defer { group.cancelAll() }
            try await Self.connects(consumer)
            try await body(consumer)
        }
    }

    /// Returns when a consumer has the connection on which it waits.
    static func connects(_ consumer: RedisConsumer) async throws {
        try await eventually("it can wait") { consumer.arrivals.connectionNumber != nil }
    }

    /// Another broker on the same server, by another way or as another user.
    func withBroker(_ url: String, _ body: (RedisBroker) async throws -> Void) async throws {
        let broker = try RedisBroker(broker: url, backend: url, commandDeadline: .seconds(60), logger: Self.silence)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await broker.run() }
            defer { group.cancelAll() }
            try await body(broker)
        }
    }

    /// Another client, which may wait without end.
    func withClient(_ body: (RedisClient) async throws -> Void) async throws {
        let client = RedisClient(self.redis.configuration, logger: Self.silence)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await client.run() }
            defer { group.cancelAll() }
            try await body(client)
        }
    }

    /// What comes to a consumer that waits, given what happens while it does.
    func arrival(
        of consumer: any Consumer,
        after cursor: Timestamp = Timestamp(microseconds: 0),
        while body: () async throws -> Void
    ) async throws -> Arrival? {
        async let arrival = consumer.nextArrival { cursor }
        try await self.await(waiters: 1)
        try await body()
        return try await arrival
    }

    /// Returns when so many wait in Redis.
    func await(waiters count: Int) async throws {
        try await eventually("\(count) wait") { try await self.waiters().count == count }
    }

    /// The ids of the connections that wait in Redis.
    func waiters() async throws -> [String] {
        let list = try await self.redis.send(["CLIENT", "LIST"]).string ?? ""
        return list.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.contains("cmd=blmove") else { return nil }
            return fields.first { $0.hasPrefix("id=") }.map { String($0.dropFirst(3)) }
        }
    }

    /// Ends the connections that wait.
    func endWaiters() async throws {
        for id in try await self.waiters() { try await self.redis.send(["CLIENT", "KILL", "ID", id]) }
    }

    /// All keys but those that a tick leaves.
    func leftovers() async throws -> [String] {
        let keys = try await self.redis.send(["KEYS", "*"]).array?.compactMap(\.string) ?? []
        return keys.filter { !$0.hasSuffix(":beat") }.sorted()
    }
}

/// Somebody who waits, and of whom nothing is heard any more: what it has begun is done command by command.
struct StrayWaiter: Sendable {
    let domain: ClaimDomain
    let batch: ClaimBatch

    init(_ queue: String = "q", number: Int = 0) {
        self.domain = ClaimDomain(queue: queue, step: 0)
        self.batch = ClaimBatch(waitingWithNonce: "stray", number: number)
    }
}

extension StrayWaiter {
    /// The key that is filled.
    var held: String { RedisKeys.batch(self.batch.name, infl: self.domain.infl) }

    /// Enters the batch; returns whether it may be filled.
    func enter(_ redis: RedisClient, patience: Duration, lease: Duration) async throws -> Bool {
        var arguments = RESPArguments()
        arguments.append(lease.inMilliseconds)
        arguments.append(patience.inMilliseconds)
        arguments.append(self.batch.name)
        arguments.append("")
        let domain = self.domain
        let keys = [domain.list, domain.infl, domain.lease, domain.wait, domain.meta, domain.dlv]
        return try await redis.evaluate(WaitScript.enter, keys: keys, arguments: arguments).integer == 1
    }

    /// Waits for a message; without end, or not at all.
    func move(_ redis: RedisClient, isPatient: Bool = false) async throws -> RESPValue {
        var command: RESPCommand = isPatient ? ["BLMOVE"] : ["LMOVE"]
        for end in [self.domain.list, self.held, "RIGHT", "LEFT"] { command.append(end) }
        if isPatient { command.append("0") }
        let reply = try await redis.send(pipeline: [command])
        return try #require(reply.first)
    }

    /// Gives up the batch; returns how many messages have gone back.
    @discardableResult
    func abandon(_ redis: RedisClient) async throws -> Int64? {
        let keys = [self.domain.list, self.domain.infl, self.domain.lease, self.domain.wait]
        return try await redis.evaluate(WaitScript.abandon, keys: keys, arguments: [self.batch.name]).integer
    }

    /// Sees to what nobody waits for any more in some queues.
    static func sweep(_ queues: [String], _ redis: RedisClient) async throws {
        let domains = queues.map { ClaimDomain(queue: $0, step: 0) }
        try await redis.evaluate(WaitScript.sweep, keys: domains.flatMap { [$0.infl, $0.lease, $0.wait] })
    }
}

extension RedisConsumer {
    /// Where it would wait.
    var place: ClaimDomain? { self.state.withLock(\.placeToWait) }
}

extension RESPValue {
    /// Whether a move was refused because its target is no list.
    var isSealed: Bool { self.errorMessage?.hasPrefix("WRONGTYPE") == true }
}

extension ClaimedMessage {
    /// The name of its batch.
    var batch: String { String(ClaimBatch.name(ofClaim: self.claim.id)) }
}

extension Consumer {
    /// Waits until a message comes; `nil` if that is not possible at the moment.
    func nextArrival(
        after cursor: @escaping @Sendable () -> Timestamp
    ) async throws(TaskBrokerError) -> Arrival? {
        while true {
            switch try await self.waitForMessage(after: cursor) {
            case .arrived(let arrival): return arrival
            case .nothing: continue
            case .impossible: return nil
            }
        }
    }
}
