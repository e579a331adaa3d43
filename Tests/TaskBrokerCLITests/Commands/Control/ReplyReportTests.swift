import CeleryProtocol
import Testing

@testable import TaskBrokerCLI

/// What people and programs see of answers.
struct ReplyReportTests {
    static let plain = Palette(isColored: false)

    static let held: JSONValue = [
        "id": "i1", "name": "tasks.add", "args": [1, "a"], "kwargs": [:], "time_start": .null, "hostname": "a@h",
    ]

    @Test(
        arguments: [
            (
                "ping", [("a@h", ["ok": "pong"]), ("b@h", ["ok": "pong"])],
                "WORKER  ANSWER\na@h     pong\nb@h     pong\n"
            ),
            (
                "rate_limit", [("a@h", ["ok": "new rate limit set successfully"]), ("b@h", ["error": "unknown task"])],
                "a@h  OK  new rate limit set successfully\nb@h  ERROR  unknown task\n"
            ),
            ("report", [("a@h", ["ok": "one\ntwo"])], "a@h  OK\n  one\n  two\n"),
            ("revoked", [("a@h", ["x", "y"]), ("b@h", [])], "a@h  x, y\nb@h  - empty -\n"),
            ("active", [("a@h", []), ("b@h", [])], ""),
            (
                "reserved", [("a@h", [held])],
                "WORKER  ID  TASK       RUNNING  ARGS      KWARGS\na@h     i1  tasks.add  -        [1, \"a\"]  {}\n"
            ),
            (
                "scheduled", [("a@h", [["eta": "2030-01-01", "priority": 6, "request": held]])],
                "WORKER  ID  TASK       DUE         ARGS      KWARGS\na@h     i1  tasks.add  2030-01-01  [1, \"a\"]  {}\n"
            ),
            (
                "query_task", [("a@h", ["i1": ["reserved", held]]), ("b@h", [:])],
                "WORKER  ID  TASK       WHERE     ARGS      KWARGS\na@h     i1  tasks.add  reserved  [1, \"a\"]  {}\n"
            ),
            (
                "active_queues",
                [("a@h", [["name": "q", "exchange": ["name": "e", "type": "topic"], "routing_key": "k.#"]])],
                "WORKER  QUEUE  EXCHANGE  TYPE   KEY\na@h     q      e         topic  k.#\n"
            ),
            (
                "registered", [("a@h", ["t1", "t2"]), ("b@h", ["t1"])],
                "TASK  WORKERS\nt1    all\nt2    a@h\n"
            ),
            (
                "active", [("a@h", ["error": "boom"]), ("b@h", [])],
                "a@h  ERROR  boom\n"
            ),
            ("clock", [("evil\u{1B}[2J", ["clo\nck": 3])], "evil\\x1b[2J\n  clo\\nck  3\n"),
            // Junk in place of what a method answers.
            ("ping", [("a@h", 3)], "a@h  3\n"),
            ("active", [("a@h", ["x": 1])], ""),
            ("active_queues", [("a@h", [3])], "WORKER  QUEUE  EXCHANGE  TYPE  KEY\na@h     ?                      \n"),
        ] as [(String, [(node: String, answer: JSONValue)], String)]
    )
    func `shows answers`(method: String, answers: [(node: String, answer: JSONValue)], text: String) {
        #expect(ReplyReport(method, answers).text(Self.plain, isTerminal: false) == text)
    }

    @Test func `an error of one worker is an error of the command`() {
        #expect(ReplyReport("x", [("a", ["ok": "y"]), ("b", ["error": "z"])]).hasErrors)
        #expect(!ReplyReport("x", [("a", ["ok": "y"]), ("b", ["error": "z", "more": 1]), ("c", .null)]).hasErrors)
    }

    @Test func `programs get answers as they came`() throws {
        let document = try JSONValue(parsing: ReplyReport("stats", [("a@h", ["pid": 3])]).document.text)
        #expect(document["kind"] == "replies")
        #expect(document["items"] == [["node": "a@h", "method": "stats", "reply": ["pid": 3]]])
    }

    @Test func `nested values become a tree`() {
        let value: JSONValue = [
            "broker": ["host": "h", "port": 1, "login": .null],
            "empty": [:], "list": [1, "two", 3.5], "note": "", "items": [["a": 1, "b": 2], [3, [4]]],
            "lines": "first\nsecond",
        ]
        #expect(
            ValueTree(Self.plain).text(value) == """
                broker
                  host   h
                  login  -
                  port   1
                empty   - empty -
                items
                  - a  1
                    b  2
                  - - 3
                    - 4
                lines
                  first
                  second
                list    1, two, 3.5
                note    ""

                """
        )
    }

    @Test func `a value that is nested deeply stays on the screen`() {
        var value: JSONValue = ["end": ["of": 1]]
        for _ in 0..<60 { value = ["inner": value] }
        let lines = ValueTree(Self.plain).text(value).split(separator: "\n")
        #expect(lines.count == 62)
        #expect(lines.last.map(String.init) == String(repeating: " ", count: 40) + "of  1")
    }
}
