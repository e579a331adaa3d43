import Testing

@testable import TaskBrokerCLI

struct WordTests {
    @Test(arguments: [("0", 0), ("9", 9), ("high", 0), ("normal", 3), ("low", 9)])
    func `reads priorities`(text: String, expected: Int) {
        #expect(PriorityLevel(argument: text)?.value == expected)
    }

    @Test(arguments: ["", "-1", "10", "urgent", "1.0"])
    func `refuses other priorities`(text: String) {
        #expect(PriorityLevel(argument: text) == nil)
    }

    @Test func `reads names with commas, also from several options`() {
        #expect(NameList(argument: "login,user, fans")?.names == ["login", "user", "fans"])
        #expect(["a,b", "c"].compactMap(NameList.init(argument:)).names == ["a", "b", "c"])
        #expect([NameList]().names == nil)
    }

    @Test(arguments: ["", "a,,b", ",", "a,"])
    func `refuses empty names`(text: String) {
        #expect(NameList(argument: text) == nil)
    }

    @Test(arguments: [("wroker", "worker"), ("workre", "worker"), ("stats", "status"), ("queu", "queue")])
    func `suggests what may have been meant`(word: String, expected: String) {
        #expect(Suggestion.nearest(to: word, in: ["worker", "send", "status", "queue"]) == expected)
    }

    @Test func `suggests nothing that is far`() {
        #expect(Suggestion.nearest(to: "xyz", in: ["worker", "send"]) == nil)
        #expect(Suggestion.nearest(to: "", in: []) == nil)
    }

    @Test(arguments: [("", "abc", 3), ("abc", "abc", 0), ("abc", "acb", 1), ("kitten", "sitting", 3), ("a", "", 1)])
    func `measures distances`(left: String, right: String, expected: Int) {
        #expect(Suggestion.distance(left, right) == expected)
    }
}
