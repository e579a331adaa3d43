import CeleryProtocol
import FoundationEssentials
import TaskBrokerTesting
import Testing

@testable import TaskBroker

/// What typed signatures are on the wire, compared with what Celery 5.7 writes for the same (`vectors/signatures.json`).
struct SignatureTests {
    struct Payload: Codable, Sendable {
        var source: String
    }

    private let tasks = CanvasTasks(.inMemory())

    private func json(_ text: String) throws -> JSONValue {
        try JSONValue(parsing: Array(text.utf8))
    }

    private func call(_ name: String, _ args: String, _ options: String = "{}", immutable: Bool = false) -> String {
        """
        {"task": "\(name)", "args": \(args), "kwargs": {}, "options": \(options), "subtask_type": null, \
        "immutable": \(immutable)}
        """
    }

    @Test func `A call has its arguments, options and nothing else`() throws {
        let add = self.tasks.add
        try #expect(add.s(1, 2).node.json == self.json(self.call("add", "[1, 2]")))
        try #expect(add.partial(3).node.json == self.json(self.call("add", "[3]")))
        try #expect(add.s(1, 2).immutable().node.json == self.json(self.call("add", "[1, 2]", immutable: true)))
        let options = add.partial(1).set {
            $0.queue = "q"
            $0.countdown = .seconds(3)
        }
        try #expect(options.node.json == self.json(self.call("add", "[1]", #"{"queue": "q", "countdown": 3}"#)))
    }

    @Test func `A payload travels as keywords, or comes whole from the task before`() throws {
        let show = self.tasks.app.task("show", payload: Payload.self) { payload, _ in payload.source }
        let make = self.tasks.app.task("make") { (source: String) in Payload(source: source) }
        try #expect(show.s(Payload(source: "a")).node.kwargs == ["source": "a"])
        let flow = make.s("b") | show.partial()
        try #expect(flow.node == .chain([SignatureNode(.task("make"), args: ["b"]), SignatureNode(.task("show"))]))
    }

    @Test func `Compositions are those of Celery`() throws {
        let (add, total, echo) = (self.tasks.add, self.tasks.total, self.tasks.echo)
        let (first, second) = (self.call("add", "[1, 2]"), self.call("add", "[3, 4]"))
        let chain = """
            {"task": "celery.chain", "args": [], "kwargs": {"tasks": [\(first), \(self.call("add", "[3]"))]}, \
            "options": {}, "subtask_type": "chain", "immutable": false}
            """
        try #expect((add.s(1, 2) | add.partial(3)).node.json == self.json(chain))

        let group = """
            {"task": "celery.group", "args": [], "kwargs": {"tasks": [\(first), \(second)]}, "options": {}, \
            "subtask_type": "group", "immutable": false}
            """
        try #expect(TaskBroker.group(add.s(1, 2), add.s(3, 4)).node.json == self.json(group))
        try #expect(TaskBroker.group([add.s(1, 2), add.s(3, 4)]).node.json == self.json(group))

        let chord = """
            {"task": "celery.chord", "args": [], "kwargs": {"kwargs": {}, "header": \(group), \
            "body": \(self.call("total", "[]"))}, "options": {}, "subtask_type": "chord", "immutable": false}
            """
        try #expect(TaskBroker.chord([add.s(1, 2), add.s(3, 4)], total.partial()).node.json == self.json(chord))
        try #expect((TaskBroker.group([add.s(1, 2), add.s(3, 4)]) | total.partial()).node.json == self.json(chord))

        let map = """
            {"task": "celery.map", "args": [], "kwargs": {"task": \(self.call("echo", "[]")), "it": [1, 2]}, \
            "options": {}, "subtask_type": null, "immutable": true}
            """
        try #expect(echo.map([1, 2]).node.json == self.json(map))
        let starmap = """
            {"task": "celery.starmap", "args": [], "kwargs": {"task": \(self.call("add", "[]")), "it": [[1, 2]]}, \
            "options": {}, "subtask_type": null, "immutable": true}
            """
        try #expect(add.starmap([(1, 2)]).node.json == self.json(starmap))
    }

    @Test func `Chunks are a group of starmaps of at most their size`() throws {
        let node = try self.tasks.add.chunks((0..<5).map { ($0, $0) }, size: 2).node
        guard case .group(let members) = node.kind else { return #expect(Bool(false), "not a group") }
        #expect(members.map(\.kwargs["it"]?.arrayValue?.count) == [2, 2, 1])
        #expect(members.allSatisfy { $0.taskName == "celery.starmap" })
        #expect(throws: TaskBrokerError.self) { try self.tasks.add.chunks([(1, 1)], size: 0).node }
    }

    @Test func `What is complete ignores what comes before it, wherever it begins`() throws {
        let (add, echo, total) = (self.tasks.add, self.tasks.echo, self.tasks.total)
        let simple = try (echo.s(1) | add.s(2, 3)).node
        #expect(self.immutable(simple) == [false, true])
        let spliced = try (echo.s(1) | (add.s(2, 3) | echo.partial())).node
        #expect(self.immutable(spliced) == [false, true, false])
        let grouped = try (echo.s(1) | group([add.s(1, 1) | echo.partial(), add.s(2, 2)])).node
        guard case .chain(let tasks) = grouped.kind, case .group(let members) = tasks[1].kind else {
            return #expect(Bool(false), "not a chain into a group")
        }
        #expect(self.immutable(members[0]) == [true, false])
        #expect(members[1].isImmutable)
        let body = try (group([add.s(1, 1), add.s(2, 2)]) | echo.s(7)).node
        guard case .chord(_, let body) = body.kind else { return #expect(Bool(false), "not a chord") }
        #expect(body.isImmutable)
        let taking = try (group([add.s(1, 1), add.s(2, 2)]) | total.partial()).node
        guard case .chord(_, let body) = taking.kind else { return #expect(Bool(false), "not a chord") }
        #expect(!body.isImmutable)
    }

    private func immutable(_ node: SignatureNode) -> [Bool] {
        guard case .chain(let tasks) = node.kind else { return [node.isImmutable] }
        return tasks.map(\.isImmutable)
    }

    @Test func `A builder makes the same chain as pipes`() throws {
        let (add, echo, total) = (self.tasks.add, self.tasks.echo, self.tasks.total)
        let built = chain {
            add.s(2, 2)
            add.partial(10)
            group([echo.partial(), echo.partial()])
            total.partial()
            echo.s(1)
        }
        let piped =
            add.s(2, 2) | add.partial(10) | group([echo.partial(), echo.partial()]) | total.partial() | echo.s(1)
        try #expect(built.node == piped.node)
    }

    @Test func `A group of one, of none or within another keeps its shape`() throws {
        let (echo, total) = (self.tasks.echo, self.tasks.total)
        let one = try (echo.s(1) | group([echo.partial()]) | total.partial()).node
        guard case .chain(let tasks) = one.kind, case .chord(_, let body) = tasks[1].kind else {
            return #expect(Bool(false), "the group was unrolled")
        }
        #expect(body.taskName == "celery.chain")
        let nested = try group([group([echo.s(1)]), group([echo.s(2), echo.s(3)])]).node
        guard case .group(let members) = nested.kind else { return #expect(Bool(false), "not a group") }
        #expect(members.map(\.taskName) == ["celery.chord", "celery.chord"])
    }

    @Test func `Callbacks and errbacks go where Celery puts them`() throws {
        let (add, echo, note) = (self.tasks.add, self.tasks.echo, self.tasks.note)
        let node = try add.s(1, 2).link(echo.partial()).link(add.s(3, 4)).linkError(note.partial()).node
        let link = "[\(self.call("echo", "[]")), \(self.call("add", "[3, 4]", immutable: true))]"
        let linkError = "[\(self.call("note", "[]"))]"
        try #expect(node.options == ["link": self.json(link), "link_error": self.json(linkError)])

        let chained = try (add.s(1, 2) | echo.partial()).linkError(note.s("fixed")).node
        try #expect(
            chained.options["link_error"] == self.json("[\(self.call("note", #"["fixed"]"#, immutable: true))]")
        )

        var options = TaskOptions(link: [SignatureNode(.task("echo"))])
        options.linkError = [SignatureNode(.task("note"))]
        let set = try add.s(1, 2).set { $0 = options }.node
        try #expect(set.options["link"] == self.json("[\(self.call("echo", "[]"))]"))
        try #expect(set.options["link_error"] == self.json(linkError))
    }

    @Test func `A callback that wants the value of a group is refused`() throws {
        let flow = group([self.tasks.echo.s(1), self.tasks.echo.s(2)]).link(self.tasks.total.partial())
        let error = #expect(throws: TaskBrokerError.self) { try flow.node }
        #expect(error?.code == .invalidConfiguration)
        _ = try group([self.tasks.echo.s(1), self.tasks.echo.s(2)]).link(self.tasks.echo.s(3)).node
    }

    @Test func `Every option travels`() throws {
        let date = Date(timeIntervalSince1970: 1_700_000_000)
        let options = TaskOptions(
            eta: date,
            expires: .seconds(60),
            exchange: "e",
            routingKey: "k",
            priority: 3,
            timeLimit: .seconds(4),
            softTimeLimit: .milliseconds(500),
            retry: .fixed(.seconds(6)),
            ignoresResult: true,
            taskID: "7",
            headers: ["a": 1]
        )
        let read = try CallOptions(self.tasks.echo.s(1).set { $0 = options }.node.options)
        #expect(read.eta == Timestamp(date))
        #expect(read.expires == .after(60))
        #expect(read.exchange == "e" && read.routingKey == "k" && read.priority == 3)
        #expect(read.timeLimit == 4 && read.softTimeLimit == 0.5)
        #expect(read.ignoreResult == true && read.taskID == "7")
        #expect(read.headers["a"] == 1)
        #expect(RetrySchedule(headers: read.headers) == .fixed(.seconds(6)))
    }

    @Test func `Stamps mark every task`() throws {
        let node = try (self.tasks.echo.s(1) | self.tasks.echo.partial()).stamp(["customer": 7]).node
        guard case .chain(let tasks) = node.kind else { return #expect(Bool(false), "not a chain") }
        #expect(tasks.allSatisfy { $0.options == ["customer": 7, "stamped_headers": ["customer"]] })
    }

    struct Unencodable: Codable, Sendable {
        init() {}
        init(from decoder: any Decoder) throws {}
        func encode(to encoder: any Encoder) throws {
            throw EncodingError.invalidValue(0, .init(codingPath: [], debugDescription: "no"))
        }
    }

    @Test func `What cannot be encoded is thrown when it is sent, from wherever it stands`() async throws {
        let odd = self.tasks.app.task("odd") { (_: Unencodable) in 1 }
        let (echo, total) = (self.tasks.echo, self.tasks.total)
        let bad = odd.s(Unencodable())
        let flows = [
            bad, echo.s(1) | bad, bad | echo.partial(), group([echo.s(1), bad]) | total.partial(),
            odd.map([Unencodable()]) | total.partial(), echo.s(1).link(bad), echo.s(1).linkError(bad),
            echo.s(1).set { $0.unique = UniqueKey("u") },
        ]
        for flow in flows {
            await #expect(throws: (any Error).self) { try await flow.delay() }
        }
        #expect(self.tasks.app.published.isEmpty)
    }

    @Test func `By name, typed only where it is said`() throws {
        let app = self.tasks.app
        let flow = app.signature("a", args: [1], kwargs: ["k": 2]).returning(Int.self) | self.tasks.echo.partial()
        let other = self.tasks.echo.s(1).untyped() | app.partialSignature("b", args: [3])
        let taking = self.tasks.echo.s(1) | app.partialSignature("b").taking(Int.self)
        try #expect(
            flow.node == .chain([SignatureNode(.task("a"), args: [1], kwargs: ["k": 2]), SignatureNode(.task("echo"))])
        )
        try #expect(
            other.node == .chain([SignatureNode(.task("echo"), args: [1]), SignatureNode(.task("b"), args: [3])])
        )
        try #expect(taking.node == .chain([SignatureNode(.task("echo"), args: [1]), SignatureNode(.task("b"))]))
    }

    @Test func `A signature is a value`() throws {
        let plain = self.tasks.echo.s(1)
        let queued = plain.set { $0.queue = "q" }
        try #expect(plain.node.options.isEmpty)
        try #expect(queued.node.options == ["queue": "q"])
    }

    @Test func `Ids are there before anything is sent, and stay`() throws {
        var flow = self.tasks.add.s(1, 1) | group([self.tasks.echo.partial(), self.tasks.echo.partial()])
        let first = try flow.freeze()
        let again = try flow.freeze()
        #expect(first.id == again.id)
        #expect(first.group?.results.map(\.id) == again.group?.results.map(\.id))
        #expect(first.parent?.id == again.parent?.id)
        #expect(first.parent?.group == nil)
    }
}
