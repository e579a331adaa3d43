import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Fanout exchanges and reply queues on a real Redis: what is heard, and which keys there are.
@Suite(.serialized) struct FanoutTests {
    private static let separator = "\u{06}\u{16}"
    private static let replies = "_kombu.binding.reply.celery.pidbox"

    @Test func `listeners hear their routing keys, in every database alone`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.broker.withBroadcasts(of: "celeryev", routingKeys: "worker.*") { events in
                try await fixture.broker.withBroadcasts(of: "celeryev") { plain in
                    try await fixture.broker.broadcast([1], to: "celeryev", routingKey: "task.sent")
                    try await fixture.broker.broadcast([2], to: "celeryev", routingKey: "worker.online")
                    try await fixture.broker.broadcast([3], to: "celeryev")
                    try await fixture.redis.send(["PUBLISH", "/1.celeryev/worker.online", "4"])
                    try await fixture.redis.send(["PUBLISH", "/0.celeryev/worker.elect.ack", "5"])
                    var heard = events.makeAsyncIterator()
                    #expect(await heard.next() == .message(Broadcast(routingKey: "worker.online", payload: [2])))
                    let last = Broadcast(routingKey: "worker.elect.ack", payload: Array("5".utf8))
                    #expect(await heard.next() == .message(last))
                    var heardPlain = plain.makeAsyncIterator()
                    #expect(await heardPlain.next() == .message(Broadcast(routingKey: "", payload: [3])))
                }
            }
        }
    }

    @Test func `a slow listener loses the oldest messages and learns how many`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.broker.withBroadcasts(of: "x") { events in
                let count = 3000
                for number in 0..<count {
                    try await fixture.broker.broadcast(Array("\(number)".utf8), to: "x")
                }
                var heard = events.makeAsyncIterator()
                guard case .missed(let missed)? = await heard.next() else {
                    Issue.record("nothing was missed")
                    return
                }
                #expect(missed > 0 && missed < count)
                let first = Broadcast(routingKey: "", payload: Array("\(missed)".utf8))
                #expect(await heard.next() == .message(first))
            }
        }
    }

    @Test func `listening goes on after a lost connection`() async throws {
        try await BrokerFixture.with { fixture in
            try await fixture.broker.withBroadcasts(of: "x") { events in
                try await fixture.redis.send(["CLIENT", "KILL", "TYPE", "pubsub"])
                var heard = events.makeAsyncIterator()
                #expect(await heard.next() == .interrupted)
                try await fixture.broker.broadcast([7], to: "x")
                #expect(await heard.next() == .message(Broadcast(routingKey: "", payload: [7])))
            }
        }
    }

    @Test func `a worker's queue is in the table of bindings while it listens, as kombu writes it`() async throws {
        try await BrokerFixture.with { fixture in
            let member = "\(Self.separator)\(Self.separator)w1@cap.celery.pidbox"
            try await fixture.broker.withBroadcasts(
                of: "celery.pidbox",
                routingKeys: nil,
                boundAs: "w1@cap.celery.pidbox"
            ) { _ in
                try await eventually("the queue is bound") {
                    try await fixture.redis.send(["SMEMBERS", "_kombu.binding.celery.pidbox"]).array?
                        .compactMap(\.string) == [member]
                }
                let time = try #require(try await fixture.redis.send(["TIME"]).array?.first?.integer) * 1000
                let deadline = try await fixture.redis.send(["ZSCORE", "_kombu.binding_deadlines", "celery.pidbox"])
                let rest = try #require(deadline.string.flatMap { Double($0) }) - Double(time)
                #expect(3_590_000...3_601_000 ~= rest)
            }
            try #expect(await fixture.keys() == ["_kombu.binding_deadlines"])
        }
    }

    @Test func `replies reach who waits, and expire when nobody takes them`() async throws {
        try await BrokerFixture.with { fixture in
            let address = ReplyAddress()
            try await fixture.broker.withReplies(to: address) { receiver in
                try #expect(await fixture.broker.reply([1], to: address))
                try #expect(await fixture.broker.reply([2], to: address))
                try #expect(await receiver.next(before: .now + .seconds(10)) == [1])
                let lifetime = try #require(try await fixture.redis.send(["PTTL", address.queue]).integer)
                #expect(9_000...10_000 ~= lifetime)
                let members = try await fixture.redis.send(["SMEMBERS", Self.replies]).array ?? []
                let member = "\(address.id)\(Self.separator)\(Self.separator)\(address.queue)"
                #expect(members.compactMap(\.string) == [member])
                try #expect(await receiver.next(before: .now + .seconds(10)) == [2])
                try #expect(await receiver.next(before: .now + .milliseconds(20)) == nil)
                try #expect(await fixture.broker.reply([3], to: address))
            }
            try #expect(await fixture.keys() == ["_kombu.binding_deadlines"])
        }
    }

    @Test func `nothing is written for a client that is not there`() async throws {
        try await BrokerFixture.with { fixture in
            try #expect(await !fixture.broker.reply([1], to: ReplyAddress()))
            try #expect(await fixture.keys().isEmpty)
            // Somebody else's entries lead nowhere: only the queue with the name of the address is written to.
            let address = ReplyAddress()
            let forged = "\(address.id)\(Self.separator)\(Self.separator)celery"
            try await fixture.redis.send(["SADD", Self.replies, forged])
            try #expect(await !fixture.broker.reply([1], to: address))
            try #expect(await fixture.keys() == [Self.replies])
        }
    }

    @Test func `a queue that is no list is left alone`() async throws {
        try await BrokerFixture.with { fixture in
            let address = ReplyAddress()
            try await fixture.broker.withReplies(to: address) { _ in
                try await fixture.redis.send(["SET", address.queue, "mine"])
                let error = await #expect(throws: TaskBrokerError.self) {
                    try await fixture.broker.reply([1], to: address)
                }
                #expect(error?.code == .publishRefused)
                try #expect(await fixture.redis.send(["GET", address.queue]).string == "mine")
            }
        }
    }

    @Test func `a client that is cancelled while it waits leaves nothing behind`() async throws {
        try await BrokerFixture.with { fixture in
            let address = ReplyAddress()
            await withTaskGroup(of: Void.self) { group in
                group.addTask {
                    try? await fixture.broker.withReplies(to: address) { receiver in
                        _ = try await receiver.next(before: .now + .seconds(3600))
                    }
                }
                try? await eventually("the client waits in BRPOP") {
                    try await fixture.redis.send(["CLIENT", "LIST"]).string?.contains("cmd=brpop") == true
                }
                group.cancelAll()
                await group.waitForAll()
            }
            try #expect(await fixture.keys() == ["_kombu.binding_deadlines"])
            try #expect(await fixture.redis.send(["CLIENT", "LIST"]).string?.contains("cmd=brpop") == false)
        }
    }

    @Test func `the address of a broker tells no password`() async throws {
        var options = RedisServerOptions()
        options.password = "canary"
        try await BrokerFixture.with(options) { fixture in
            let address = fixture.broker.address
            #expect(address.host == "127.0.0.1" && address.port == fixture.server.port && address.virtualHost == "0")
            #expect(address.isLoopback)
            #expect(!"\(address)".contains("canary"))
        }
    }
}

extension BrokerFixture {
    /// The names of all keys, sorted.
    func keys() async throws -> [String] {
        try await self.redis.send(["KEYS", "*"]).array?.compactMap(\.string).sorted() ?? []
    }
}
