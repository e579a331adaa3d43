import CeleryProtocol

@testable import TaskBroker

/// Cases of the table, made with our own signatures and sent to Python workers.
struct SentCanvases {
    /// How many cases there are.
    static let count = 34

    private let app: TaskApp
    private let folder: String
    private let addition: TaskDefinition<(Int, Int), Int>
    private let multiplication: TaskDefinition<(Int, Int), Int>
    private let summation: TaskDefinition<[Int], Int>

    /// Prepares the cases; the tasks of each write into a file in `folder`.
    init(app: TaskApp, folder: String) {
        self.app = app
        self.folder = folder
        // Only their names and types matter here: Python workers run them.
        self.addition = app.task("canvas.add") { (x: Int, y: Int) in x + y }
        self.multiplication = app.task("canvas.mul") { (x: Int, y: Int) in x * y }
        let summation = app.task("canvas.total") { (values: [Int]) in values.reduce(0, +) }
        self.summation = summation
    }

    /// Sends all of them.
    ///
    /// - Returns: The results, by the names of the cases.
    func send() async throws -> [String: ResultNode] {
        var sent: [String: ResultNode] = [:]
        try await self.sendChains(&sent)
        try await self.sendGroups(&sent)
        try await self.sendChords(&sent)
        try await self.sendNested(&sent)
        try await self.sendCallbacks(&sent)
        try await self.sendFailures(&sent)
        return sent
    }
}

// MARK: - Signatures for Python workers

extension SentCanvases {
    private func python<Input, Output>(_ signature: Signature<Input, Output>) -> Signature<Input, Output> {
        signature.set { $0.queue = "python" }
    }

    private func add(_ x: Int, _ y: Int) -> Signature<Void, Int> { self.python(self.addition.s(x, y)) }
    private func add(_ y: Int) -> Signature<Int, Int> { self.python(self.addition.partial(y)) }
    private func mul(_ y: Int) -> Signature<Int, Int> { self.python(self.multiplication.partial(y)) }
    private var sum: Signature<[Int], Int> { self.python(self.summation.partial()) }

    private func fail() -> Signature<Int, Int> {
        self.python(self.app.partialSignature("canvas.fail", kwargs: ["message": "broken"]))
            .taking(Int.self).returning(Int.self)
    }

    private func failing() -> Signature<Void, Int> {
        self.python(self.app.signature("canvas.fail", kwargs: ["message": "broken"])).returning(Int.self)
    }

    /// A task that leaves its arguments in the file of a case.
    private func record(_ tag: String, of name: String) -> Signature<Int, JSONValue> {
        self.python(self.app.partialSignature("canvas.record", kwargs: self.place(tag, name))).taking(Int.self)
    }

    private func errback(_ tag: String, of name: String) -> Signature<String, JSONValue> {
        self.python(self.app.partialSignature("canvas.errback", kwargs: self.place(tag, name))).taking(String.self)
    }

    private func trace(_ tag: String, of name: String) -> Signature<Int, Int> {
        self.python(self.app.partialSignature("canvas.trace", kwargs: self.place(tag, name)))
            .taking(Int.self).returning(Int.self)
    }

    private func trace(_ tag: String, of name: String, _ value: Int) -> Signature<Void, Int> {
        self.python(
            self.app.signature("canvas.trace", args: [.integer(Int64(value))], kwargs: self.place(tag, name))
        ).returning(Int.self)
    }

    private func place(_ tag: String, _ name: String) -> [String: JSONValue] {
        ["log": .string("\(self.folder)/\(name).jsonl"), "tag": .string(tag)]
    }
}

// MARK: - Cases

extension SentCanvases {
    private func sendChains(_ sent: inout [String: ResultNode]) async throws {
        sent["one task"] = try await self.add(2, 3).delay().node
        sent["chain of two"] = try await (self.add(2, 2) | self.mul(10)).delay().node
        let first = self.add(1, 1) | self.mul(3)
        sent["chain spliced into chains"] = try await (first | (self.add(4) | self.mul(5))).delay().node
        let traced = "chain knows parent and root"
        let flow = chain {
            self.trace("a", of: traced, 1)
            self.trace("b", of: traced)
            self.trace("c", of: traced)
            self.trace("d", of: traced)
        }
        sent[traced] = try await flow.delay().node
        let ranked = "chain with priorities"
        sent[ranked] = try await
            (self.trace("a", of: ranked, 1).set { $0.priority = 0 }
            | self.trace("b", of: ranked).set { $0.priority = 9 }
            | self.trace("c", of: ranked).set { $0.priority = 3 }).delay().node
        let stamped = "chain with stamps"
        sent[stamped] = try await (self.trace("a", of: stamped, 1) | self.trace("b", of: stamped))
            .stamp(["tenant": "t1", "stage": ["x", "y"]]).delay().node
        sent["starmapped"] = try await self.python(self.addition.starmap([(1, 2), (3, 4), (5, 6)])).delay().node
        sent["countdown in a chain"] = try await
            (self.add(1, 1) | self.mul(2).set { $0.countdown = .milliseconds(300) } | self.add(1)).delay().node
    }

    private func sendGroups(_ sent: inout [String: ResultNode]) async throws {
        sent["group of three"] = try await group(
            self.add(1, 1),
            self.add(2, 2),
            self.python(self.multiplication.s(3, 3))
        )
        .delay().node
        sent["group of one"] = try await group([self.add(1, 1)]).delay().node
        sent["group of chains"] = try await group(
            self.add(1, 1) | self.mul(2),
            self.add(2, 2) | self.mul(3) | self.add(4)
        ).delay().node
        sent["group of chords"] = try await group(
            chord([self.add(1, 1), self.add(2, 2)], self.sum),
            chord([self.add(3, 3), self.add(4, 4)], self.sum)
        ).delay().node
        sent["group of two thousand"] = try await group((0..<2000).map { self.add($0, 1) }).delay().node
        sent["group at the end of a chain"] = try await (self.add(1, 1) | group([self.add(10), self.mul(10)]))
            .delay().node
        sent["group in the middle of a chain"] = try await
            (self.add(1, 1) | group([self.add(10), self.mul(10)]) | self.sum | self.mul(2)).delay().node
    }

    private func sendChords(_ sent: inout [String: ResultNode]) async throws {
        let header = [self.add(1, 1), self.add(2, 2)]
        sent["chord of two"] = try await chord(header, self.sum).delay().node
        sent["chord of one"] = try await chord([self.add(1, 1)], self.sum).delay().node
        sent["chord with a chain as body"] = try await chord(header, self.sum | self.mul(2) | self.add(1)).delay().node
        sent["chord and a task"] = try await (chord(header, self.sum) | self.mul(10)).delay().node
        sent["chord and a group"] = try await (chord(header, self.sum) | group([self.mul(10), self.add(1)])).delay()
            .node
        sent["chord after a task"] = try await (self.add(1, 1) | chord([self.add(1), self.mul(5)], self.sum)).delay()
            .node
        sent["chord with only chords in its header"] = try await chord(
            [
                chord([self.add(1, 1), self.add(2, 2)], self.sum),
                chord([self.add(3, 3), self.add(4, 4)], self.sum),
            ],
            self.sum
        ).delay().node
        sent["chord of two thousand"] = try await chord((0..<2000).map { self.add($0, 1) }, self.sum).delay().node
    }

    private func sendNested(_ sent: inout [String: ResultNode]) async throws {
        let inner = chord([self.add(1) | self.mul(2), self.mul(3) | self.add(4)], self.sum)
        sent["chain of group of chord of chains"] = try await
            (self.add(1, 1) | group([inner, self.mul(100)]) | self.sum).delay().node
        var flow = chord([self.add(1, 1), self.add(2, 2)], self.sum)
        for number in 0..<3 { flow = chord([flow, self.add(number, 10)], self.sum) }
        sent["chord in chord in chord in chord"] = try await flow.delay().node
        // Not a chord behind a task in a header: Celery gives the group of the inner header two ids, and the one that the
        // sender knows belongs to nothing. Ours has one.
    }

    private func sendCallbacks(_ sent: inout [String: ResultNode]) async throws {
        sent["link"] = try await self.add(1, 2).link(self.record("linked", of: "link")).delay().node
        sent["link to a chain"] = try await self.add(1, 2).link(
            self.mul(10) | self.record("end", of: "link to a chain")
        ).delay().node
        sent["link on a chain"] = try await (self.add(1, 2) | self.mul(2))
            .link(self.record("linked", of: "link on a chain")).delay().node
        sent["link on a chord"] = try await chord([self.add(1, 2), self.add(3, 4)], self.sum)
            .link(self.record("linked", of: "link on a chord")).delay().node
        sent["errback"] = try await self.failing().linkError(self.errback("failed", of: "errback")).delay().node
        let name = "errback on a chain whose last fails"
        sent[name] = try await (self.add(1, 1) | self.add(1) | self.fail())
            .linkError(self.errback("chain", of: name)).delay().node
    }

    private func sendFailures(_ sent: inout [String: ResultNode]) async throws {
        sent["failure of the first of a chain"] = try await (self.failing() | self.add(1) | self.mul(2)).delay().node
        sent["failure of the first part of a header"] = try await chord(
            [self.failing(), self.add(1, 1), self.add(2, 2)],
            self.sum
        ).delay().node
        let body = self.python(self.app.partialSignature("canvas.fail", kwargs: ["message": "broken"]))
            .taking([Int].self)
        sent["failure of a body"] = try await chord([self.add(1, 1), self.add(2, 2)], body).delay().node
    }
}
