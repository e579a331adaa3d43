import CeleryProtocol
import Logging
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Results: with a settlement, without one, in another database, on another server.
@Suite(.serialized) struct ResultTests {
    private static let success = #"{"status": "SUCCESS", "result": 4, "task_id": "id"}"#

    @Test(
        "a stored success stays",
        arguments: [
            (nil, true), (#"{"status": "STARTED"}"#, true), (#"{"status": "FAILURE", "result": "SUCCESS"}"#, true),
            (#"{"status": "SUCCESS", "result": 1}"#, false), (#"{"status":"SUCCESS"}"#, false), ("", true),
        ]
    )
    func guardsSuccess(stored: String?, isWritten: Bool) async throws {
        try await BrokerFixture.with { fixture in
            for isSettled in [true, false] {
                if let stored {
                    try await fixture.redis.send(["SET", "celery-task-meta-id", stored])
                } else {
                    try await fixture.redis.send(["DEL", "celery-task-meta-id"])
                }
                if isSettled {
                    try await fixture.push(["a"])
                    try await fixture.withConsumer { consumer in
                        let message = try #require(try await consumer.claim(1).first)
                        #expect(try await consumer.settle(message.end(results: [ResultWrite("id", Self.success)])))
                    }
                } else {
                    try await fixture.broker.backend.store([ResultWrite("id", Self.success)])
                }
                let value = try await fixture.redis.send(["GET", "celery-task-meta-id"]).string
                #expect(value == (isWritten ? Self.success : stored))
            }
        }
    }

    @Test func `results are read in order, and forgotten`() async throws {
        try await BrokerFixture.with { fixture in
            let backend = fixture.broker.backend
            try await backend.store([ResultWrite("id", Self.success), ResultWrite("broken", "no JSON", expires: nil)])
            #expect(try await fixture.redis.send(["TTL", "celery-task-meta-broken"]).integer == -1)
            let results = try await backend.results(of: ["none", "id", "broken", "id"])
            #expect(results.map { $0?.status } == [nil, "SUCCESS", nil, "SUCCESS"])
            #expect(results[1]?.result == 4)
            try await backend.forget(["id"])
            #expect(try await backend.results(of: ["id"]).first == .some(nil))
            #expect(try await backend.results(of: []).isEmpty)
        }
    }

    @Test func `announcements arrive from the beginning of the scope`() async throws {
        try await BrokerFixture.with { fixture in
            let backend = fixture.broker.backend
            let statuses = try await backend.withUpdates(of: ["id"]) { updates in
                try await backend.store([ResultWrite("other", Self.success)])
                try await backend.store([ResultWrite("id", #"{"status": "STARTED"}"#)])
                try await fixture.redis.send(["PUBLISH", "celery-task-meta-id", "no JSON"])
                try await backend.store([ResultWrite("id", Self.success)])
                var statuses: [String] = []
                for await update in updates.prefix(2) { statuses.append(update.document.status) }
                return statuses
            }
            #expect(statuses == ["STARTED", "SUCCESS"])
        }
    }

    @Test func `another database is written in the same step, and survives a crash`() async throws {
        try await BrokerFixture.with(RedisServerOptions(isPersistent: true), resultDatabase: 2) { fixture in
            try await fixture.push(["a", "b"])
            try await fixture.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                let settlement = message.end(
                    results: [ResultWrite("id", Self.success)],
                    publications: [Publication("next", to: "other")]
                )
                let reply = try await consumer.settle([settlement], claiming: 1)
                #expect(reply.isAccepted == [true])
                #expect(reply.messages.map(\.text) == ["b"])
                let before = try await fixture.state()
                try await fixture.server.crash()
                try await fixture.server.restart()
                #expect(try await fixture.state() == before)
                #expect(try await fixture.state("other").waiting == ["next"])
                #expect(try await fixture.server.cli("DBSIZE") == "3")
                #expect(try await fixture.server.cli("-n", "2", "DBSIZE") == "1")
                #expect(try await fixture.broker.backend.results(of: ["id"]).first??.status == "SUCCESS")
            }
        }
    }

    @Test func `another server gets the result before the task ends`() async throws {
        try await RedisServer.with { other in
            try await RedisServer.with { server in
                try await BrokerFixture.with(server, backend: other.url) { fixture in
                    try await fixture.push(["a"])
                    try await fixture.withConsumer { consumer in
                        let message = try #require(try await consumer.claim(1).first)
                        let settlement = message.end(results: [ResultWrite("id", Self.success)])
                        try await other.crash()
                        await #expect(throws: TaskBrokerError.self) { _ = try await consumer.settle(settlement) }
                        #expect(try await fixture.state().leases.count == 1)
                        try await other.restart()
                        #expect(try await consumer.settle(settlement))
                        #expect(try await fixture.state().messages.isEmpty)
                        #expect(try await other.cli("GET", "celery-task-meta-id") == Self.success)
                        #expect(try await fixture.redis.send(["DBSIZE"]).integer == 0)
                    }
                }
            }
        }
    }
}
