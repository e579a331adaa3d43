import CeleryProtocol
import TestSupport
import Testing

/// That the judges of the fault suite find what they are there for: a suite that cannot fail proves nothing.
struct VerdictTests {
    private static func effects(_ lines: String...) throws -> [Effect] {
        try lines.map { try #require(Effect($0)) }
    }

    private static func receipts(_ lines: String...) throws -> [Receipt] {
        try lines.map { line in
            let words = line.split(separator: " ")
            return try Receipt(name: String(words[0]), process: #require(Int32(words[1])))
        }
    }

    @Test func `a task without an end is lost`() throws {
        let effects = try Self.effects("10 start a 7 1", "20 done a 7 1", "30 start b 7 1")
        let verdict = try Verdict(sent: ["a", "b", "c"], effects: effects, receipts: Self.receipts("a 7"), faults: [])
        #expect(verdict.lost == ["b", "c"])
        #expect(verdict.problems(.init()).count == 1)
    }

    @Test func `starts beyond the first are counted, and ends as well`() throws {
        let effects = try Self.effects(
            "1 start a 7 1",
            "2 start a 8 1",
            "3 done a 8 1",
            "4 start a 9 1",
            "5 done a 9 1"
        )
        let verdict = try Verdict(sent: ["a"], effects: effects, receipts: Self.receipts("a 7"), faults: [])
        #expect(verdict.repeats == 2)
        #expect(verdict.repeatedEnds == 1)
        #expect(verdict.problems(.init(repeats: 1)).count == 1)
        #expect(verdict.problems(.init(repeats: 2)).isEmpty)
    }

    @Test func `an end that is accepted twice or never is found`() throws {
        let effects = try Self.effects("1 start a 7 1", "2 done a 7 1", "3 start b 7 1", "4 done b 7 1")
        let verdict = try Verdict(
            sent: ["a", "b"],
            effects: effects,
            receipts: Self.receipts("a 7", "a 7"),
            faults: []
        )
        #expect(verdict.acceptedTwice == ["a"])
        #expect(verdict.neverAccepted == ["b"])
    }

    @Test(arguments: [("a 7", ["a"]), ("a 71", ["a"]), ("a 72", ["a"]), ("a 8", []), ("a 81", [])])
    func `an end that came from a worker that had lost the task is found`(
        _ receipt: String,
        _ stale: [String]
    ) throws {
        let effects = try Self.effects(
            "1 start a 71 7 0",
            "2 done a 71 7",
            "3 start a 81 8 1",
            "4 done a 81 8",
            // Another host of the same worker.
            "5 start b 72 7 0"
        )
        let verdict = try Verdict(sent: ["a"], effects: effects, receipts: Self.receipts(receipt), faults: [])
        #expect(verdict.stale == stale)
        #expect(verdict.problems(.init(repeats: 9)).isEmpty == stale.isEmpty)
    }

    @Test func `recovery is the time from the fault to the next start elsewhere`() throws {
        let effects = try Self.effects(
            "1000000 start a 7 1",
            "1000000 start b 7 1",
            "1500000 done b 7 1",
            "2500000 start a 7 1",
            "4000000 start a 8 1"
        )
        let killed = Fault(kind: .killed(7), time: Timestamp(microseconds: 2_000_000))
        #expect(Recovery.times(effects, after: [killed]) == [.seconds(2)])
        let outage = Fault(kind: .outage, time: Timestamp(microseconds: 2_000_000))
        #expect(Recovery.times(effects, after: [outage]) == [.milliseconds(500)])
        let slow = Verdict(sent: [], effects: effects, receipts: nil, faults: [killed])
        #expect(slow.problems(.init(repeats: 9, recovery: .seconds(1))).count == 1)
    }

    @Test func `half a line is no effect`() {
        #expect(Effect("10 start a 7") == nil)
        #expect(Effect("10 begin a 7 1") == nil)
    }
}
