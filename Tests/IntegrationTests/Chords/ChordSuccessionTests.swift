import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Workers that die, are late or are doubled between the last part and the body.
@Suite(.serialized) struct ChordSuccessionTests {
    @Test(arguments: ChordPlacement.allCases)
    func `the successor of a worker that died before the body sends it at once`(placement: ChordPlacement) async throws
    {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start(size: 1)
            try await fixture.broker.push(["0"])
            try await fixture.broker.withConsumer { dead in
                try await fixture.broker.withConsumer { heir in
                    let message = try #require(try await dead.claim(1).first)
                    #expect(try await dead.report(message.report(parts: [.member(0)])) == (true, [0]))

                    let inherited = try await Self.inherit(fixture, by: heir)
                    #expect(try await heir.report(inherited.report(parts: [.member(0)])) == (true, [0]))
                    // The dead one was only late.
                    let end = ChordEnd(of: .member(0))
                    #expect(try await dead.report(message.report(ends: [end])) == (false, []))
                    #expect(try await fixture.sent().isEmpty)
                    #expect(try await heir.report(inherited.report(ends: [end])) == (true, []))
                    #expect(try await dead.report(message.report(ends: [end])) == (false, []))
                    #expect(try await fixture.sent() == ["g"])
                    #expect(try await fixture.chord().claim == "done")
                    #expect(try await fixture.broker.state().messages.isEmpty)
                }
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases, [true, false])
    func `two workers with copies of the last member send one body`(
        placement: ChordPlacement,
        isSuccess: Bool
    ) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start(size: 1)
            try await fixture.broker.push(["0", "0"])
            try await fixture.broker.withConsumer { consumer in
                let copies = try await consumer.claim(2)
                for copy in copies {
                    #expect(try await consumer.report(copy.report(parts: [.member(0)])) == (true, [0]))
                }
                for copy in copies {
                    let end = ChordEnd(of: .member(0), isSuccess: isSuccess)
                    #expect(try await consumer.report(copy.report(ends: [end])) == (true, []))
                }
                #expect(try await fixture.sent() == ["g"])
                #expect(try await fixture.broker.state().messages.isEmpty)
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases)
    func `a body that somebody else has taken over is not sent`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start(size: 1)
            try await fixture.broker.push(["0"])
            try await fixture.broker.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                #expect(try await consumer.report(message.report(parts: [.member(0)])) == (true, [0]))
                try await fixture.results.send(["SET", "celery-taskset-meta-g.c", "a Celery worker", "EX", "6"])
                let before = try await fixture.chord()
                let failure = ResultWrite("body", #"{"status": "FAILURE"}"#)
                var end = ChordEnd(of: .member(0), results: [failure])
                end.chords = [ChordStart(groupID: "h", size: 2)]
                #expect(try await consumer.report(message.report(ends: [end])) == (true, []))

                #expect(try await fixture.sent().isEmpty)
                #expect(try await fixture.result("body") == nil)
                #expect(try await fixture.chord("h").size == nil)
                let after = try await fixture.chord()
                #expect(after.parts == before.parts)
                #expect(after.size == before.size)
                #expect(after.claim == "a Celery worker")
                // On another server nobody knows whether whoever holds the claim still has a message: ours comes back and looks.
                let isKept = placement == .otherServer
                #expect(try await fixture.broker.state().messages.isEmpty == !isKept)
                #expect(try await fixture.broker.state().due.isEmpty == !isKept)
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases)
    func `a claim that has run out is as good as held while nobody else has it`(
        placement: ChordPlacement
    ) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start(size: 1)
            try await fixture.broker.push(["0"])
            try await fixture.broker.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                #expect(try await consumer.report(message.report(parts: [.member(0)])) == (true, [0]))
                try await fixture.results.send(["DEL", "celery-taskset-meta-g.c"])
                #expect(try await consumer.report(message.report(ends: [ChordEnd(of: .member(0))])) == (true, []))
                #expect(try await fixture.sent() == ["g"])
                #expect(try await fixture.chord().claim == "done")
            }
        }
    }

    /// What a lost claim may do depends on the place: two servers have no common step.
    @Test(arguments: [ChordPlacement.sameDatabase, .otherDatabase])
    func `a part without a claim is not counted`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start(size: 1)
            try await fixture.broker.push(["0"])
            try await fixture.broker.withConsumer { late in
                try await fixture.broker.withConsumer { heir in
                    let message = try #require(try await late.claim(1).first)
                    let inherited = try await Self.inherit(fixture, by: heir)
                    let failed = ChordPart.member(0, state: "FAILURE")
                    #expect(try await late.report(message.report(parts: [failed])) == (false, []))
                    #expect(try await fixture.chord().parts.isEmpty)
                    #expect(try await heir.report(inherited.report(parts: [.member(0)])) == (true, [0]))
                }
            }
        }
    }

    /// The failed body of an inner chord is a member of an outer one, whose saved structure names its result.
    @Test(arguments: ChordPlacement.allCases)
    func `the results of an end are stored when it completes an outer chord`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start("inner", size: 1)
            try await fixture.start("outer", size: 1)
            try await fixture.broker.push(["0"])
            try await fixture.broker.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                let last = ChordPart.member(0, of: "inner", state: "FAILURE")
                #expect(try await consumer.report(message.report(parts: [last])) == (true, [0]))
                let failure = ResultWrite("body", #"{"status": "FAILURE"}"#)
                let inner = ChordEnd(of: last, isSuccess: false, results: [failure])
                var body = last
                (body.groupID, body.taskID) = ("outer", "body")
                #expect(try await consumer.report(message.report(parts: [body], ends: [inner])) == (true, [0]))
                #expect(try await fixture.result("body") == #"{"status": "FAILURE"}"#)
                #expect(try await fixture.sent().isEmpty)
                #expect(try await fixture.chord("inner").size == "1")

                let outer = ChordEnd(of: body, isSuccess: false)
                #expect(try await consumer.report(message.report(ends: [inner, outer])) == (true, []))
                #expect(try await fixture.sent() == ["inner", "outer"])
                #expect(try await fixture.chord("inner").size == nil)
            }
        }
    }

    /// Takes the message of a lease that has run out.
    private static func inherit(_ fixture: ChordFixture, by heir: any Consumer) async throws -> ClaimedMessage {
        try await fixture.loseLeases(heir)
        return try #require(try await heir.claim(1).first)
    }
}
