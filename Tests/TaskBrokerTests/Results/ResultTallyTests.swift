import CeleryProtocol
import Testing

@testable import TaskBroker

/// How the results of many tasks become one.
struct ResultTallyTests {
    private func stored(_ id: String, _ state: String, _ value: JSONValue = .null) -> StoredInfo {
        StoredInfo(taskID: id, info: TaskInfo(ResultDocument(status: state, result: value, taskID: id)))
    }

    private let group = ResultNode(
        id: "g",
        children: [
            ResultNode(id: "a"), ResultNode(id: "h", children: [ResultNode(id: "b"), ResultNode(id: "c")]),
        ]
    )

    @Test func `A group has ended when all members have, with their values as they are nested`() {
        var tally = ResultTally(self.group, followsParents: true)
        #expect(Set(tally.pending) == ["a", "b", "c"])
        tally.record([self.stored("c", "SUCCESS", 3), self.stored("a", "STARTED"), self.stored("x", "SUCCESS")])
        tally.record([self.stored("a", "SUCCESS", 1)])
        #expect(tally.outcome == nil)
        #expect(tally.pending == ["b"])
        tally.record([self.stored("b", "SUCCESS", 2)])
        #expect(tally.outcome?.value == [1, [2, 3]])
        #expect(tally.outcome?.state == .success)
    }

    @Test(arguments: ["FAILURE", "REVOKED"])
    func `The first member that fails decides, unless all are waited for`(state: String) {
        var tally = ResultTally(self.group, followsParents: true)
        var patient = ResultTally(self.group, followsParents: true, stopsAtFailure: false)
        for result in [self.stored("b", state, "first"), self.stored("a", "FAILURE", "second")] {
            tally.record([result])
            patient.record([result])
        }
        #expect(tally.outcome?.value == "first")
        #expect(patient.outcome == nil)
        patient.record([self.stored("c", "SUCCESS")])
        #expect(patient.outcome?.value == "first")
        #expect(GroupProgress(patient).failed == 2)
        #expect(GroupProgress(patient).succeeded == 1)
    }

    @Test func `The failure of what comes before is told instead of its consequence`() {
        let body = ResultNode(id: "body", parent: self.group)
        var tally = ResultTally(body, followsParents: true)
        #expect(Set(tally.pending) == ["a", "b", "c", "body"])
        tally.record([self.stored("body", "FAILURE", "ChordError")])
        #expect(tally.needsAncestors)
        tally.record([self.stored("b", "FAILURE", "cause")])
        #expect(!tally.needsAncestors)
        #expect(tally.outcome?.value == "cause")

        var blind = ResultTally(body, followsParents: false)
        #expect(blind.pending == ["body"])
        blind.record([self.stored("body", "FAILURE", "ChordError")])
        #expect(!blind.needsAncestors)
        #expect(blind.outcome?.value == "ChordError")
    }

    @Test func `A success needs nothing of what comes before`() {
        var tally = ResultTally(ResultNode(id: "b", parent: ResultNode(id: "a")), followsParents: true)
        tally.record([self.stored("b", "SUCCESS", 5)])
        #expect(tally.outcome?.value == 5)
    }

    @Test func `An empty group is done`() {
        #expect(ResultTally(ResultNode(id: "g", children: []), followsParents: true).outcome?.value == [])
    }

    @Test func `What came first stays`() {
        var tally = ResultTally(ResultNode(id: "a"), followsParents: true)
        tally.record([self.stored("a", "FAILURE", "first"), self.stored("a", "SUCCESS", "second")])
        #expect(tally.outcome?.value == "first")
        #expect(tally.failureCount == 1)
    }
}
