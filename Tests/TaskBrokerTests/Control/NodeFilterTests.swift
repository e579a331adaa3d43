import CeleryProtocol
import Testing

@testable import TaskBroker

/// Which workers a request means.
struct NodeFilterTests {
    static let rows: [(ControlRequest, Bool)] = [
        (ControlRequest("ping"), true),
        (ControlRequest("ping", destination: ["w1@cap"]), true),
        (ControlRequest("ping", destination: ["w2@cap", "w1@cap"]), true),
        (ControlRequest("ping", destination: ["w2@cap"]), false),
        (ControlRequest("ping", destination: ["w1"]), false),
        (ControlRequest("ping", destination: ["*"]), false),
        (ControlRequest("ping", destination: ["w2@cap"], pattern: "w1*", matcher: "glob"), false),
        (ControlRequest("ping", pattern: "w?@*", matcher: "glob"), true),
        (ControlRequest("ping", pattern: "[!a-v]1@cap", matcher: "glob"), true),
        (ControlRequest("ping", pattern: "w1", matcher: "glob"), false),
        (ControlRequest("ping", pattern: "W1@cap", matcher: "glob"), false),
        (ControlRequest("ping", pattern: "x*"), true),
        (ControlRequest("ping", matcher: "glob"), true),
        (ControlRequest("ping", pattern: "", matcher: "glob"), true),
        (ControlRequest("ping", pattern: String(repeating: "*a", count: 512), matcher: "glob"), false),
    ]

    @Test(arguments: Self.rows)
    func `a destination wins over a pattern, and no pattern means everybody`(
        request: ControlRequest,
        isMeant: Bool
    ) throws {
        #expect(try NodeFilter(request).matches("w1@cap") == isMeant)
    }

    @Test(arguments: ["pcre", "regex", "GLOB"])
    func `refuses matchers whose time nobody can bound`(matcher: String) {
        let error = #expect(throws: ControlError.self) {
            try NodeFilter(ControlRequest("ping", pattern: "(a+)+$", matcher: matcher))
        }
        #expect(error?.message == "No matcher installed for \(matcher)")
    }

    @Test func `refuses patterns of any size`() {
        #expect(throws: ControlError.self) {
            try NodeFilter(ControlRequest("ping", pattern: String(repeating: "*", count: 1025), matcher: "glob"))
        }
    }
}
