import CeleryProtocol
import RedisClient
import TestSupport
import Testing

@testable import TaskBroker

/// Parts are counted once, and the last one sends the body: celery-wire §5.6.
@Suite(.serialized) struct ChordCommitTests {
    @Test(arguments: ChordPlacement.allCases)
    func `the last part keeps its claim until the body is sent`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start(size: 3)
            try await fixture.broker.push(["0", "1", "2"])
            try await fixture.broker.withConsumer { consumer in
                let messages = try await consumer.claim(3)
                // Not in the order of the header.
                for index in [2, 0] {
                    let reply = try await consumer.report(messages[index].report(parts: [.member(index)]))
                    #expect(reply == (true, []))
                }
                let results = [ResultWrite("t1", #"{"status": "SUCCESS"}"#)]
                let last = messages[1].report(parts: [.member(1)], results: results)
                #expect(try await consumer.report(last) == (true, [0]))

                #expect(try await fixture.result("t1") == #"{"status": "SUCCESS"}"#)
                let full = try await fixture.chord()
                #expect(full.parts == ["t0", "t1", "t2"])
                #expect(full.counted == ["t0:0", "t1:1", "t2:2"])
                #expect(full.size == "3")
                #expect(full.claim == "tb:t1")
                #expect((1...6).contains(full.lifetimes[".c"] ?? 0))
                #expect(try await Array(fixture.broker.state().inFlight.values) == ["1"])
                #expect(try await fixture.sent().isEmpty)

                #expect(try await consumer.report(messages[1].report(ends: [ChordEnd(of: .member(1))])) == (true, []))
                #expect(try await fixture.sent() == ["g"])
                let state = try await fixture.broker.state()
                state.expectInvariants()
                #expect(state.messages.isEmpty)
                let done = try await fixture.chord()
                #expect(done.claim == "done")
                #expect(Array(done.lifetimes.keys) == [".c"])
                #expect((290...300).contains(done.lifetimes[".c"] ?? 0))
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases)
    func `after a failure only the size goes`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start(size: 2)
            try await fixture.broker.push(["0", "1", "again"])
            try await fixture.broker.withConsumer { consumer in
                let messages = try await consumer.claim(3)
                _ = try await consumer.report(messages[0].report(parts: [.member(0)]))
                let last = ChordPart.member(1, state: "FAILURE")
                #expect(try await consumer.report(messages[1].report(parts: [last])) == (true, [0]))
                let before = try await fixture.chord()
                let failure = ResultWrite("body", #"{"status": "FAILURE"}"#)
                let end = ChordEnd(of: last, isSuccess: false, results: [failure])
                #expect(try await consumer.report(messages[1].report(ends: [end])) == (true, []))

                #expect(try await fixture.result("body") == #"{"status": "FAILURE"}"#)
                #expect(try await fixture.sent() == ["g"])
                let after = try await fixture.chord()
                #expect(after.size == nil)
                #expect(after.parts == before.parts)
                #expect(after.counted == before.counted)
                #expect(Set(after.lifetimes.keys) == Set(before.lifetimes.keys).subtracting([".s"]))
                // A copy of a member that comes later does not fail the chord again.
                #expect(try await consumer.report(messages[2].report(parts: [.member(0)])) == (true, []))
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases)
    func `a part that comes twice is counted once`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.broker.push(["0", "0 again", "1", "1 again"])
            try await fixture.broker.withConsumer { consumer in
                let messages = try await consumer.claim(4)
                // A part may come before the size is known.
                #expect(try await consumer.report(messages[0].report(parts: [.member(0)])) == (true, []))
                try await fixture.start(size: 2)
                // The first outcome counts.
                let again = messages[1].report(parts: [.member(0, state: "FAILURE")])
                #expect(try await consumer.report(again) == (true, []))
                #expect(try await fixture.broker.broker.backend.chord("g").parts == [#"[1, "t0", "SUCCESS", 0]"#])

                #expect(try await consumer.report(messages[2].report(parts: [.member(1)])) == (true, [0]))
                #expect(try await consumer.report(messages[2].report(ends: [ChordEnd(of: .member(1))])) == (true, []))
                #expect(try await consumer.report(messages[3].report(parts: [.member(1)])) == (true, []))
                #expect(try await fixture.sent() == ["g"])
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases)
    func `of two members that report at the same time one is the last`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.broker.withConsumer { first in
                try await fixture.broker.withConsumer { second in
                    for round in 0..<20 {
                        let group = "g\(round)"
                        try await fixture.start(group, size: 2)
                        try await fixture.broker.push(["0", "1"])
                        let left = try #require(try await first.claim(1).first).report(parts: [.member(0, of: group)])
                        let right = try #require(try await second.claim(1).first).report(parts: [.member(1, of: group)])
                        async let leftReply = first.report(left)
                        async let rightReply = second.report(right)
                        #expect(try await [leftReply.completed.count, rightReply.completed.count].sorted() == [0, 1])
                    }
                }
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases)
    func `parts of several chords come in one settlement, and each is counted`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            for (group, size) in [("a", 1), ("b", 2), ("c", 1)] { try await fixture.start(group, size: size) }
            try await fixture.broker.push(["many", "alone", "rest"])
            try await fixture.broker.withConsumer { consumer in
                let messages = try await consumer.claim(3)
                let parts = ["a", "b", "c"].map { ChordPart.member(0, of: $0) }
                let settlements = [messages[1].end(), messages[0].report(parts: parts)]
                let reply = try await consumer.settle(settlements, claiming: 0)
                #expect(reply.isAccepted == [true, true])
                #expect(reply.completions == [1: [0, 2]])

                let ends = [ChordEnd(of: parts[0]), ChordEnd(of: parts[2])]
                let rest = messages[2].report(parts: [.member(1, of: "b")])
                let second = try await consumer.settle([rest, messages[0].report(ends: ends)], claiming: 0)
                #expect(second.isAccepted == [true, true])
                #expect(second.completions == [0: [0]])
                #expect(try await fixture.sent() == ["a", "c"])
                #expect(try await Array(fixture.broker.state().inFlight.values) == ["rest"])
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases)
    func `a chord waits for the members that are added to it`(placement: ChordPlacement) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.start(size: 1)
            try await fixture.broker.broker.backend.extendChord("g", expires: .seconds(60))
            try await fixture.broker.push(["0", "added"])
            try await fixture.broker.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                #expect(try await fixture.chord().additions == "1")
                #expect(try await consumer.report(messages[0].report(parts: [.member(0)])) == (true, []))
                // An added member has no place in the header.
                let added = ChordPart(groupID: "g", taskID: "new", groupIndex: nil, state: "SUCCESS", result: 7)
                #expect(try await consumer.report(messages[1].report(parts: [added])) == (true, [0]))
                let chord = try await fixture.chord()
                #expect(chord.parts == ["t0", "new"])
                #expect(chord.counted == ["t0:0", "new:+inf"])
                #expect(Set(chord.lifetimes.keys) == [".j", ".t", ".s", ".d", ".c"])
                #expect(chord.lifetimes.allSatisfy { $0.key == ".c" || (50...60).contains($0.value) })
            }
        }
    }

    @Test(arguments: ChordPlacement.allCases)
    func `a settlement writes the sizes and structures of the chords that it sends`(
        placement: ChordPlacement
    ) async throws {
        try await ChordFixture.with(placement) { fixture in
            try await fixture.broker.push(["a", "b"])
            try await fixture.broker.withConsumer { consumer in
                let messages = try await consumer.claim(2)
                // The same header runs again: what is left of its first run must not stop it.
                try await fixture.results.send(["SET", "celery-taskset-meta-h.c", "done"])
                let node = ResultNode(id: "h", children: [ResultNode(id: "t0"), ResultNode(id: "t1")])
                var settlement = messages[0].report()
                settlement.canvas?.chords = [ChordStart(groupID: "h", size: 2)]
                settlement.canvas?.groups = [SavedGroup(node: node)]
                #expect(try await consumer.settle(settlement))
                let header = try await fixture.chord("h")
                #expect(header.size == "2")
                #expect(header.claim == nil)
                #expect(try await fixture.broker.broker.backend.group("h") == node)
                #expect([header.lifetimes[""], header.lifetimes[".s"]].allSatisfy { (50...60).contains($0 ?? 0) })

                // The body of a chord is a chord.
                try await fixture.start(size: 1)
                #expect(try await consumer.report(messages[1].report(parts: [.member(0)])).completed == [0])
                var end = ChordEnd(of: .member(0))
                end.chords = [ChordStart(groupID: "i", size: 5)]
                end.groups = [SavedGroup(node: ResultNode(id: "i", children: []))]
                #expect(try await consumer.settle(messages[1].report(ends: [end], expires: nil)))
                let inner = try await fixture.chord("i")
                #expect(inner.size == "5")
                #expect(inner.lifetimes == ["": -1, ".s": -1])
            }
        }
    }
}
