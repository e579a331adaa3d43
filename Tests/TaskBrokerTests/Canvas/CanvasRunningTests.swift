import CeleryProtocol
import TaskBrokerTesting
import Testing

@testable import TaskBroker

/// Canvases of every shape, run by a worker on the broker in memory.
@Suite(.timeLimit(.minutes(4)))
struct CanvasRunningTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let value: JSONValue
        let make: @Sendable (CanvasTasks) -> Signature<Void, JSONValue>

        init<Output>(
            _ description: String,
            _ value: JSONValue,
            _ make: @escaping @Sendable (CanvasTasks) -> Signature<Void, Output>
        ) {
            self.testDescription = description
            self.value = value
            self.make = { make($0).untyped() }
        }
    }

    private static let cases = [
        Case("a call", 3) { $0.add.s(1, 2) },
        Case("a chain", 40) { $0.add.s(1, 2) | $0.add.partial(7) | $0.echo.s(40) },
        Case("a chain of chains", 13) { ($0.echo.s(1) | $0.add.partial(2)) | ($0.add.partial(4) | $0.add.partial(6)) },
        Case("a chain after a chain that needs nothing", 11) { $0.echo.s(1) | ($0.add.s(2, 3) | $0.add.partial(6)) },
        Case("a group", [3, 7]) { group([$0.add.s(1, 2), $0.add.s(3, 4)]) },
        Case("a group of two types", [3, "x"]) { group($0.add.s(1, 2), $0.text.s("x")) },
        Case("an empty group", []) { _ in group([Signature<Void, Int>]()) },
        Case("a group of one", [3]) { group([$0.add.s(1, 2)]) },
        Case("groups in a group", [[1, 2], [3], []]) {
            group([group([$0.echo.s(1), $0.echo.s(2)]), group([$0.echo.s(3)]), group([Signature<Void, Int>]())])
        },
        Case("chains in a group", [3, 12]) {
            group([$0.echo.s(1) | $0.add.partial(2), $0.echo.s(5) | $0.add.partial(7)])
        },
        Case("a chain into a group", [3, 4, 9]) {
            $0.echo.s(2) | group([$0.add.partial(1), $0.add.partial(2), $0.echo.s(9).immutable(after: Int.self)])
        },
        Case("a chain into a group of one", [3]) { $0.echo.s(2) | group([$0.add.partial(1)]) },
        Case("a chain into an empty group", []) { $0.echo.s(2) | group([Signature<Int, Int>]()) },
        Case("a chain into a group of one, and on", 3) {
            $0.echo.s(2) | group([$0.add.partial(1)]) | $0.total.partial()
        },
        Case("a chord", 10) { chord([$0.add.s(1, 2), $0.add.s(3, 4)], $0.total.partial()) },
        Case("a chord of one", 3) { chord([$0.add.s(1, 2)], $0.total.partial()) },
        Case("a chord of none", 0) { chord([Signature<Void, Int>](), $0.total.partial()) },
        Case("a chord whose body needs nothing", 5) { chord([$0.echo.s(1), $0.echo.s(2)], $0.echo.s(5)) },
        Case("a group into a group", [3, 3]) {
            group([$0.echo.s(1), $0.echo.s(2)]) | group([$0.total.partial(), $0.total.partial()])
        },
        Case("a group between tasks", 9) {
            $0.echo.s(2) | group([$0.add.partial(1), $0.add.partial(2)]) | $0.total.partial() | $0.add.partial(2)
        },
        Case("a chord in a chord", 20) {
            chord(
                [
                    chord([$0.echo.s(1), $0.echo.s(2)], $0.total.partial()),
                    chord([$0.echo.s(3), $0.echo.s(4)], $0.total.partial()) | $0.add.partial(10),
                ],
                $0.total.partial()
            )
        },
        Case("four deep", [[[[1, 2], [3]], [[4]]], [[[5]]]]) {
            group([
                group([
                    group([group([$0.echo.s(1), $0.echo.s(2)]), group([$0.echo.s(3)])]), group([group([$0.echo.s(4)])]),
                ]),
                group([group([group([$0.echo.s(5)])])]),
            ])
        },
        Case("four deep in a chain", 63) { tasks in
            let inner = group([tasks.add.partial(1), tasks.add.partial(2)]) | tasks.total.partial()
            let middle = group([inner, inner | tasks.add.partial(1)]) | tasks.total.partial()
            return tasks.echo.s(1) | group([middle, middle]) | tasks.total.partial()
                | group([tasks.add.partial(4), tasks.add.partial(6), tasks.add.partial(5)]) | tasks.total.partial()
                | tasks.add.partial(-18)
        },
        Case("a map", [1, 2, 3]) { $0.echo.map(1...3) },
        Case("a starmap in a chain", 14) { $0.add.starmap([(1, 2), (5, 6)]) | $0.total.partial() },
        Case("chunks", [[0, 2], [4, 6], [8]]) { $0.add.chunks((0..<5).map { ($0, $0) }, size: 2) },
        Case("one chunk, and on", [1, 1]) {
            $0.add.chunks([(0, 1)], size: 2) | group([$0.count.partial(), $0.count.partial()])
        },
        Case("by name", 6) {
            $0.app.signature("add", args: [1], kwargs: ["y": 2]) | $0.app.partialSignature("add", args: [3])
        },
        Case("a payload that comes from the task before", "b") { $0.wrap.s("b") | $0.unwrap.partial() },
    ]

    @Test(arguments: Self.cases)
    func `Every shape returns what its types say`(shape: Case) async throws {
        let tasks = CanvasTasks(.inMemory())
        try await withWorker(tasks.app) {
            let value = try await shape.make(tasks).delay().get()
            #expect(value == shape.value)
        }
    }

    @Test func `Tuples and arrays come back with their types`() async throws {
        let tasks = CanvasTasks(.inMemory())
        try await withWorker(tasks.app) {
            let (sum, text, other) = try await group(tasks.add.s(1, 2), tasks.text.s("x"), tasks.echo.s(4)).delay()
                .get()
            #expect(sum == 3 && text == "x" && other == 4)
            let read = try await group(tasks.echo.s(5), tasks.text.s("y")).returning(Pair.self).delay().get()
            #expect(read == Pair(number: 5, text: "y"))
        }
    }

    struct Pair: Codable, Sendable, Hashable {
        var number: Int
        var text: String

        init(number: Int, text: String) {
            self.number = number
            self.text = text
        }

        init(from decoder: any Decoder) throws {
            var values = try decoder.unkeyedContainer()
            self.number = try values.decode(Int.self)
            self.text = try values.decode(String.self)
        }
    }

    private static let failures = [
        Case("first in a chain", .null) { $0.fail.s(1) | $0.echo.partial() | $0.add.partial(1) },
        Case("last in a chain", .null) { $0.echo.s(1) | $0.fail.partial() },
        Case("in a group", .null) { group([$0.echo.s(1), $0.fail.s(1)]) },
        Case("in a header", .null) { chord([$0.echo.s(1), $0.fail.s(1)], $0.total.partial()) },
        Case("in a header, followed", .null) {
            chord([$0.fail.s(1), $0.echo.s(1)], $0.total.partial()) | $0.echo.partial()
        },
        Case("in a body", .null) { chord([$0.echo.s(1), $0.echo.s(1)], $0.total.partial()) | $0.fail.partial() },
        Case("in a group after a task", .null) { $0.echo.s(1) | group([$0.fail.partial(), $0.echo.partial()]) },
        Case("before a group", .null) { $0.fail.s(1) | group([$0.echo.partial(), $0.echo.partial()]) },
        Case("in a map", .null) { $0.fail.map([1]) },
        Case("deep in headers", .null) {
            chord([chord([$0.fail.s(1), $0.echo.s(1)], $0.total.partial()), $0.echo.s(1)], $0.total.partial())
        },
    ]

    @Test(arguments: Self.failures)
    func `Waiting throws what failed first, wherever it stands`(shape: Case) async throws {
        let tasks = CanvasTasks(.inMemory())
        try await withWorker(tasks.app) {
            let result = try await shape.make(tasks).delay()
            let failure = try await #require(throws: TaskFailure.self) { try await result.get(timeout: .seconds(120)) }
            #expect(["Broken", "ChordError"].contains(failure.type))
            if shape.testDescription != "deep in headers" { #expect(failure.type == "Broken") }
        }
    }

    @Test func `A body that is not called has failed as a chord does`() async throws {
        let tasks = CanvasTasks(.inMemory())
        try await withWorker(tasks.app) {
            let result = try await chord([tasks.echo.s(1), tasks.fail.s(1)], tasks.total.partial()).delay()
            let info = try #require(try await result.wait(timeout: .seconds(120)))
            #expect(info.exception?.type == "ChordError")
            let header = try #require(result.parent?.group)
            #expect(header.results.count == 2)
            try #expect(await header.failed)
        }
    }

    @Test func `A member of a header that is retried counts once`() async throws {
        let tasks = CanvasTasks(.inMemory())
        let flaky = tasks.app.task("flaky", retry: .fixed(.seconds(5))) { (context: TaskContext, x: Int) in
            if context.retries < 2 { throw CanvasTasks.Broken() }
            return x + context.retries
        }
        try await withWorker(tasks.app) {
            let flow = chord([flaky.s(10), flaky.s(20), tasks.echo.s(1)], tasks.total.partial())
            try #expect(await flow.delay().get() == 35)
        }
    }

    @Test func `Callbacks get the result, and are children`() async throws {
        let tasks = CanvasTasks(.inMemory())
        try await withWorker(tasks.app) {
            let result = try await tasks.add.s(1, 2).link(tasks.add.partial(10)).link(tasks.echo.s(7)).delay()
            try #expect(await result.get() == 3)
            let children = try await result.children
            var values: [JSONValue] = []
            for child in children { values.append(try await child.get()) }
            // Several callbacks are one group, as in Celery.
            #expect(values == [[13, 7]] || values == [13, 7])
        }
    }

    @Test func `A callback of a single call is an option, too`() async throws {
        let tasks = CanvasTasks(.inMemory())
        try await withWorker(tasks.app) {
            let link = try tasks.add.partial(5).node
            let result = try await tasks.add.apply(1, 2, options: .init(link: [link]))
            try #expect(await result.get() == 3)
            let child = try #require(try await result.children.first)
            try #expect(await child.get() == 8)
        }
    }

    @Test func `What replaces a task has its id, and what follows it`() async throws {
        let tasks = CanvasTasks(.inMemory())
        let app = tasks.app
        let deeper = app.task("deeper") { [add = tasks.add, echo = tasks.echo] (context: TaskContext, x: Int) -> Int in
            switch x {
            case 1: throw context.replace(with: add.s(10, 20) | add.partial(3))
            case 2: throw context.replace(with: group([echo.s(1), echo.s(2)]))
            default: throw context.replace(with: add.s(x, 1))
            }
        }
        try await withWorker(app) {
            let result = try await (deeper.s(1) | tasks.add.partial(100)).delay()
            try #expect(await result.get() == 133)
            try #expect(await result.parent?.get() == 33)
            try #expect(await (deeper.s(2).untyped() | app.partialSignature("total")).delay().get() == 3)
            try #expect(await chord([deeper.s(5), tasks.echo.s(1)], tasks.total.partial()).delay().get() == 7)
        }
    }

    @Test func `A task can add another to its chord`() async throws {
        let tasks = CanvasTasks(.inMemory())
        let more = tasks.app.task("more") { [echo = tasks.echo] (context: TaskContext, x: Int) in
            try await context.addToChord(echo.s(x * 10))
            return x
        }
        try await withWorker(tasks.app) {
            try #expect(await chord([more.s(1), tasks.echo.s(2)], tasks.total.partial()).delay().get() == 13)
            let alone = try await more.delay(1)
            await #expect(throws: TaskFailure.self) { try await alone.get() }
        }
    }

    @Test func `An error handler of this worker is told everything`() async throws {
        let tasks = CanvasTasks(.inMemory())
        let failures = Journal<FailedTask>()
        let happened = Event()
        let report = tasks.app.errorHandler("report") { failed, context in
            #expect(TaskContext.current?.id == context.id)
            failures.note(failed)
            happened.happen()
        }
        try await withWorker(tasks.app) {
            let result = try await (tasks.fail.s(1) | tasks.echo.partial()).linkError(report).delay()
            await happened.wait()
            let failed = try #require(failures.entries.first)
            #expect(failed.id == result.parent?.id)
            #expect(failed.name == "fail")
            #expect(failed.exception.type == "Broken")
        }
        #expect(tasks.app.published(named: "report").isEmpty)
    }

    @Test func `An error handler elsewhere is sent the id, and told what is stored`() async throws {
        let tasks = CanvasTasks(.inMemory())
        let failures = Journal<FailedTask>()
        _ = tasks.app.errorHandler("report") { failed, _ in failures.note(failed) }
        try await withWorker(tasks.app) {
            let failed = try await tasks.fail.delay(1)
            _ = try await failed.wait(timeout: .seconds(120))
            _ = try await tasks.app.sendTask("report", args: [.string(failed.id)]).get()
            let told = failures.entries
            #expect(told.map(\.id) == [failed.id])
            #expect(told.first?.exception.type == "Broken")
            _ = try await tasks.app.sendTask("report", args: ["nobody"]).get()
            #expect(failures.entries.last?.exception.type == "Exception")
        }
    }

    @Test func `What a task sends belongs to its workflow`() async throws {
        let tasks = CanvasTasks(.inMemory())
        let spawn = tasks.app.task("spawn") { [add = tasks.add] in
            try await (add.s(1, 1) | add.partial(1)).delay().id
        }
        try await withWorker(tasks.app) {
            let result = try await spawn.delay()
            let id = try await result.get()
            try #expect(await tasks.app.result(for: id, as: Int.self).get() == 3)
            let sent = tasks.app.published(named: "add")
            #expect(sent.allSatisfy { $0.headers.rootID == result.id })
            #expect(sent.first?.headers.parentID == result.id)
        }
    }
}
