import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// A chord whose keys are broken is lost; its queue is not.
@Suite(.serialized) struct ChordHardshipTests {
    private static let keys = [".j", ".t", ".s", ".d", ".c", ""]

    @Test(arguments: ChordPlacement.allCases, Self.keys)
    func `a key of a wrong type stops nothing`(placement: ChordPlacement, suffix: String) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start("g", size: 1)
            try await fixture.start("sound", size: 1)
            let key = "celery-taskset-meta-g\(suffix)"
            try await fixture.results.send(["DEL", key])
            try await fixture.results.send(["RPUSH", key, "no part"])
            try await fixture.broker.push(["0", "1"])
            try await fixture.broker.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                let results = [ResultWrite("t0", #"{"status": "SUCCESS"}"#)]
                let broken = messages[0].report(parts: [.member(0)], results: results)
                let reply = try await consumer.settle(
                    [broken, messages[1].report(parts: [.member(0, of: "sound")])],
                    claiming: 0
                )
                #expect(reply.isAccepted == [true, true])
                #expect(reply.completions[1] == [0])
                #expect(try await fixture.result("t0") == #"{"status": "SUCCESS"}"#)
                // The list that should be the structure is not looked at before the body is made.
                #expect((reply.completions[0] != nil) == (suffix == ""))
                var settlements = [messages[1].report(ends: [ChordEnd(of: .member(0, of: "sound"))])]
                if suffix == "" { settlements.append(messages[0].report(ends: [ChordEnd(of: .member(0))])) }
                let ended = try await consumer.settle(settlements, claiming: 0)
                #expect(ended.isAccepted.allSatisfy { $0 })
                #expect(try await fixture.sent() == (suffix == "" ? ["sound", "g"] : ["sound"]))
                #expect(try await fixture.broker.state().messages.isEmpty)
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases, [".j", ".t", ".s", ".d", ".c"])
    func `a key that changes its type before the end stops nothing`(
        placement: ChordPlacement,
        suffix: String
    ) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start("g", size: 1)
            try await fixture.broker.push(["0"])
            try await fixture.broker.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                #expect(try await consumer.report(message.report(parts: [.member(0)])) == (true, [0]))
                let key = "celery-taskset-meta-g\(suffix)"
                try await fixture.results.send(["DEL", key])
                try await fixture.results.send(["RPUSH", key, "no part"])
                #expect(try await consumer.report(message.report(ends: [ChordEnd(of: .member(0))])) == (true, []))
                // Who sends the body cannot be known if the claim cannot be read.
                #expect(try await fixture.sent() == (suffix == ".c" ? [] : ["g"]))
                #expect(try await fixture.broker.state().messages.isEmpty)
            }
        }
    }

    /// A worker asks again after an error of Redis; this one would stay for ever.
    @Test(arguments: ["", ".j"])
    func `a record that cannot be read fails the join`(suffix: String) async throws {
        try await ChordFixture.with(.sameDatabase) { fixture in
            try await fixture.start(size: 1)
            try await fixture.results.send(["RPUSH", "celery-taskset-meta-g\(suffix)", "no part"])
            let record = try await fixture.broker.broker.backend.chord("g")
            #expect(record.structure == nil)
            if suffix == ".j" {
                #expect(throws: ChordError.self) { () throws in try ChordJoin.values(ofParts: record.parts) }
            } else {
                #expect(record.parts.isEmpty)
            }
        }
    }

    @Test(arguments: ["many", "", "1e400"])
    func `a size that is no number never completes the chord`(size: String) async throws {
        try await ChordFixture.with(.sameDatabase) { fixture in
            try await fixture.results.send(["SET", "celery-taskset-meta-g.s", size])
            try await fixture.broker.push(["0"])
            try await fixture.broker.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                #expect(try await consumer.report(message.report(parts: [.member(0)])) == (true, []))
            }
        }
    }

    @Test(arguments: [ChordPlacement.sameDatabase, .otherDatabase])
    func `a full Redis lets chords end`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start(size: 2)
            try await fixture.broker.push(["0", "1"])
            try await fixture.broker.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                // The database is tried out by the first settlement.
                _ = try await consumer.now()
                try await fixture.results.send(["CONFIG", "SET", "maxmemory", "1"])
                #expect(try await consumer.report(messages[0].report(parts: [.member(0)])) == (true, []))
                let results = [ResultWrite("t1", #"{"status": "SUCCESS"}"#)]
                let last = messages[1].report(parts: [.member(1)], results: results)
                #expect(try await consumer.report(last) == (true, [0]))
                #expect(try await fixture.result("t1") == #"{"status": "SUCCESS"}"#)
                var end = ChordEnd(of: .member(1))
                end.chords = [ChordStart(groupID: "h", size: 2)]
                #expect(try await consumer.report(messages[1].report(ends: [end])) == (true, []))
                #expect(try await fixture.sent() == ["g"])
                #expect(try await fixture.chord("h").size == "2")
                #expect(try await fixture.chord().claim == "done")
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases)
    func `every key of a chord lives as long as its results`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            let backend = fixture.broker.broker.backend
            let group = SavedGroup(node: ResultNode(id: "g", children: [ResultNode(id: "t0"), ResultNode(id: "t1")]))
            let start = ChordStart(groupID: "g", size: 2)
            try await backend.prepare(groups: [group], chords: [start], expires: .seconds(60))
            try await backend.extendChord("g", expires: .seconds(60))
            try await fixture.broker.push(["0"])
            try await fixture.broker.withConsumer { consumer in
                let message = try #require(try await consumer.claim(1).first)
                let before = try await fixture.chord().lifetimes
                #expect(Set(before.keys) == ["", ".s", ".t"])
                #expect(before.values.allSatisfy { (50...60).contains($0) })
                // Each part prolongs all of them.
                let part = message.report(parts: [.member(0)], expires: .seconds(500))
                #expect(try await consumer.report(part) == (true, []))
                let after = try await fixture.chord().lifetimes
                #expect(Set(after.keys) == ["", ".s", ".t", ".j", ".d"])
                #expect(after.values.allSatisfy { (490...500).contains($0) })
            }
        }
    }
}
