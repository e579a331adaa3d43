import CeleryProtocol
import Testing

@testable import TaskBroker

struct RevocationLedgerTests {
    private static let start = Timestamp(microseconds: 1_767_225_600_000_000)

    private static func at(_ seconds: Int) -> Timestamp { Self.start.adding(.seconds(seconds)) }

    private static func ledger(_ entries: [(Revocation, Int)], maximumCount: Int = 100) -> RevocationLedger {
        var ledger = RevocationLedger(RevocationLimits(lifetime: .seconds(3600), maximumCount: maximumCount))
        let entries = entries.map { RevocationEntry($0, at: self.at($1)) }
        _ = ledger.learn(RevocationUpdate(entries: entries, cursor: entries.last?.time ?? self.start), at: self.start)
        return ledger
    }

    private static func stamp(_ value: JSONValue, terminates: Bool = false) -> Revocation {
        Revocation(.stamp(name: "tenant", value: value), terminates: terminates)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var revocation: Revocation
        var stamps: [String: JSONValue] = [:]
        var stampedHeaders: [String]?
        var now = 1
        var revokes = true
        var terminates = false

        var testDescription: String { self.name }
    }

    @Test(arguments: [
        Case(name: "by id", revocation: Revocation(.task("1"))),
        Case(name: "by id, to be stopped", revocation: Revocation(.task("1"), terminates: true), terminates: true),
        Case(name: "another id", revocation: Revocation(.task("2")), revokes: false),
        Case(name: "just before it is forgotten", revocation: Revocation(.task("1")), now: 3599),
        Case(name: "forgotten", revocation: Revocation(.task("1"), terminates: true), now: 3600, revokes: false),
        Case(name: "by stamp", revocation: stamp("a"), stamps: ["tenant": "a"], stampedHeaders: ["tenant"]),
        Case(
            name: "by stamp, to be stopped",
            revocation: stamp("a", terminates: true),
            stamps: ["tenant": "a"],
            stampedHeaders: ["tenant"],
            terminates: true
        ),
        Case(
            name: "one of the stamps",
            revocation: stamp("b"),
            stamps: ["tenant": ["a", "b"]],
            stampedHeaders: ["tenant"]
        ),
        Case(
            name: "the stamps as a whole",
            revocation: stamp(["a", "b"]),
            stamps: ["tenant": ["a", "b"]],
            stampedHeaders: ["tenant"]
        ),
        Case(
            name: "another value",
            revocation: stamp("b"),
            stamps: ["tenant": "a"],
            stampedHeaders: ["tenant"],
            revokes: false
        ),
        Case(
            name: "another name",
            revocation: stamp("a"),
            stamps: ["owner": "a"],
            stampedHeaders: ["owner"],
            revokes: false
        ),
        Case(
            name: "a text is no number",
            revocation: stamp("1"),
            stamps: ["tenant": 1],
            stampedHeaders: ["tenant"],
            revokes: false
        ),
        Case(name: "not among the stamped headers", revocation: stamp("a"), stamps: ["tenant": "a"], revokes: false),
        Case(name: "named, but not there", revocation: stamp("a"), stampedHeaders: ["tenant"], revokes: false),
    ])
    func `decides`(_ test: Case) {
        let ledger = Self.ledger([(test.revocation, 0)])
        let headers = TaskHeaders(task: "t", id: "1", stampedHeaders: test.stampedHeaders, stamps: test.stamps)
        #expect(ledger.revokes(headers, at: Self.at(test.now)) == test.revokes)
        #expect(ledger.terminates(headers, at: Self.at(test.now)) == test.terminates)
    }

    @Test func `what is known already is no news, unless it is to be stopped now`() {
        var ledger = Self.ledger([(Revocation(.task("1")), 0)])
        func learn(_ revocation: Revocation, _ seconds: Int) -> [Revocation] {
            let entry = RevocationEntry(revocation, at: Self.at(seconds))
            return ledger.learn(RevocationUpdate(entries: [entry], cursor: entry.time), at: Self.at(seconds))
        }
        #expect(learn(Revocation(.task("1")), 1).isEmpty)
        #expect(learn(Revocation(.task("1"), terminates: true), 2) == [Revocation(.task("1"), terminates: true)])
        #expect(learn(Revocation(.task("1"), terminates: true), 3).isEmpty)
        #expect(learn(Revocation(.task("1")), 1800).isEmpty)
        // It is remembered from the last time on, and still as one to be stopped.
        #expect(ledger.terminates(TaskHeaders(task: "t", id: "1"), at: Self.at(5000)))
        #expect(ledger.cursor == Self.at(1800))
    }

    @Test func `the cursor follows the log, also back when that was lost`() {
        var ledger = Self.ledger([(Revocation(.task("1")), 100)])
        #expect(ledger.cursor == Self.at(100))
        _ = ledger.learn(RevocationUpdate(entries: [], cursor: Self.at(7)), at: Self.at(100))
        #expect(ledger.cursor == Self.at(7))
        #expect(ledger.revokes(TaskHeaders(task: "t", id: "1"), at: Self.at(100)))
    }

    @Test func `the oldest are forgotten when there are too many`() {
        var ledger = Self.ledger((0..<1000).map { (Revocation(.task("\($0)")), $0) }, maximumCount: 100)
        let excess = ledger.excess
        ledger.forget(excess)
        #expect(ledger.excess.isEmpty)
        let ids = ledger.taskIDs(at: Self.at(1000))
        #expect(ids == (900..<1000).map(String.init))
        // What was told again while the oldest were sorted out stays.
        ledger.forget(excess + [(.task("950"), Self.at(1)), (.task("951"), Self.at(951))])
        #expect(ledger.taskIDs(at: Self.at(1000)) == (900..<1000).filter { $0 != 951 }.map(String.init))
    }

    @Test func `what another worker tells does not prolong anything, and is not told onwards`() {
        var ledger = Self.ledger([(Revocation(.task("known"), terminates: true), 0)])
        ledger.merge(["known", "foreign", "", "no\nid", String(repeating: "x", count: 256)], at: Self.at(1800))
        ledger.merge(["foreign"], at: Self.at(3000))
        #expect(ledger.taskIDs(at: Self.at(3599)) == ["known", "foreign"])
        #expect(ledger.taskIDs(at: Self.at(3599), includingMerged: false) == ["known"])
        #expect(ledger.terminates(TaskHeaders(task: "t", id: "known"), at: Self.at(3599)))
        #expect(ledger.taskIDs(at: Self.at(3600)) == ["foreign"])
        #expect(ledger.taskIDs(at: Self.at(5400)).isEmpty)
        #expect(ledger.takeUnmarked() == ["known"])
        // The log knows better when it was, and is worth telling.
        let entry = RevocationEntry(Revocation(.task("foreign")), at: Self.at(100))
        _ = ledger.learn(RevocationUpdate(entries: [entry], cursor: entry.time), at: Self.at(3000))
        #expect(ledger.taskIDs(at: Self.at(3600), includingMerged: false) == ["foreign"])
        #expect(ledger.taskIDs(at: Self.at(3700)).isEmpty)
    }

    @Test func `no more is taken from another worker than is remembered, and it goes before what the log holds`() {
        var ledger = Self.ledger((0..<100).map { (Revocation(.task("own \($0)")), $0) }, maximumCount: 100)
        ledger.merge((0..<1000).map { "foreign \($0)" }, at: Self.at(200))
        #expect(ledger.taskIDs(at: Self.at(200)).suffix(100).sorted() == (900..<1000).map { "foreign \($0)" })
        ledger.forget(ledger.excess)
        #expect(ledger.taskIDs(at: Self.at(200)) == (0..<100).map { "own \($0)" })
    }

    @Test func `only what was revoked a moment ago is to be marked, each task once`() {
        var ledger = Self.ledger([
            (Revocation(.task("old")), -61), (Revocation(.task("new")), -59), (Self.stamp("a"), 0),
        ])
        #expect(ledger.takeUnmarked() == ["new"])
        #expect(ledger.takeUnmarked().isEmpty)
    }

    @Test func `what runs is not to be marked: it says itself how it ends`() {
        var ledger = Self.ledger([(Revocation(.task("runs")), 0), (Revocation(.task("waits")), 0)])
        ledger.spare(["runs", "something else"])
        #expect(ledger.takeUnmarked() == ["waits"])
    }

    @Test func `revoked ids are told without the forgotten ones, the oldest first`() {
        let ledger = Self.ledger([(Revocation(.task("b")), 20), (Revocation(.task("a")), 10), (Self.stamp("s"), 15)])
        #expect(ledger.taskIDs(at: Self.at(30)) == ["a", "b"])
        #expect(ledger.taskIDs(at: Self.at(3615)) == ["b"])
    }
}
