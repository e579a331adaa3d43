import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension CeleryInterop {
    /// Handles to results, of either kind of worker, in either kind of client.
    struct ResultTests {
        @Test(arguments: Direction.allCases)
        func `A result is there before somebody asks, and comes to those who wait`(_ direction: Direction) async throws
        {
            let fleet = try Fleet.require()
            let gate = fleet.freshPath("gate")
            let id = try await fleet.send(Call("interop.report", [.string(gate)]), direction)
            let result = fleet.app.result(for: id, as: String.self)
            try await eventually("we see PROGRESS", timeout: .seconds(120)) { try await result.state == .progress }
            #expect(try await result.info?.value == ["done": 1, "of": 2])
            #expect(try await fleet.pythonState(of: id)["value"] == ["done": 1, "of": 2])
            #expect(try await !result.ready)

            async let waiting = fleet.outcome(of: id)
            try TextFile.write("", to: gate)
            #expect(try await waiting.value == "reported")
            #expect(try await result.get() == "reported")
            #expect(try await fleet.outcome(of: id).value == "reported")
        }

        @Test(arguments: Direction.allCases)
        func `Either client forgets a result for both`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let id = try await fleet.send(Call("interop.add", [1, 1]), direction)
            #expect(try await fleet.outcome(of: id).value == 2)
            switch direction {
            case .pythonToSwift: _ = try await fleet.peer.call("forget", ["id": .string(id)])
            case .swiftToPython: try await fleet.app.result(for: id).forget()
            }
            #expect(try await fleet.app.result(for: id).state == .pending)
            #expect(try await fleet.pythonState(of: id)["state"] == "PENDING")
        }

        @Test func `add.delay(2, 2) through a Python worker (scenario S3)`() async throws {
            let fleet = try Fleet.require()
            let result = try await fleet.app.sendTask("interop.add", args: [5, 10], options: .init(queue: "python"))
            try await eventually("the result is ready", timeout: .seconds(120)) { try await result.ready }
            #expect(try await fleet.app.result(for: result.id, as: Int.self).get(timeout: .seconds(120)) == 15)
        }

        @Test(arguments: Direction.allCases)
        func `Nothing is stored for who wants no result`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let queue = unique("ignored")
            var ids: [String] = []
            switch direction {
            case .pythonToSwift:
                // By name, only the worker knows that the task ignores its result.
                ids.append(try await fleet.send(Call("interop.ignored", [1]).with { $0.queue = queue }, direction))
                let reply = try await fleet.peer.call("ignored", ["queue": .string(queue), "timeout": 10])
                #expect(reply["value"] == .null)
                ids.append(try #require(reply["id"]?.stringValue))
            case .swiftToPython:
                let stranger = try Fleet.makeApp(fleet.server, fleet.marks, definesTasks: false)
                try await stranger.run { stranger in
                    let options = TaskOptions(queue: queue)
                    ids.append(try await stranger.sendTask("interop.ignored", args: [1], options: options).id)
                }
                let options = TaskOptions(queue: queue, ignoresResult: true)
                ids.append(try await fleet.app.sendTask("interop.add", args: [1, 1], options: options).id)
            }
            // The worker has one slot: when the last task has ended, so have the others.
            let last = try await fleet.send(Call("interop.add", [1, 1]).with { $0.queue = queue }, direction)
            try await fleet.withOnlyWorker(direction, queue: queue) {
                try #expect(await fleet.outcome(of: last).value == 2)
            }
            func isStored(_ id: String) async throws -> String {
                try await fleet.server.cli("-n", "2", "EXISTS", "celery-task-meta-\(id)")
            }
            #expect(try await isStored(last) == "1")
            for id in ids { #expect(try await isStored(id) == "0") }
        }

        @Test func `Extended results tell a Python client where the task ran`() async throws {
            let fleet = try Fleet.require()
            let queue = unique("extended")
            let app = try Fleet.makeApp(fleet.server, fleet.marks) { $0.resultExtended = true }
            let id = try await fleet.send(Call("interop.add", [1], ["y": 2]).with { $0.queue = queue }, .pythonToSwift)
            try await app.run { app in
                try await fleet.withWorker(app, queues: [queue]) {
                    try #expect(await fleet.outcome(of: id).value == 3)
                }
            }
            let extended = try await fleet.peer.call("extended", ["id": .string(id)])
            #expect(extended["name"] == "interop.add")
            #expect(extended["args"] == [1])
            #expect(extended["kwargs"] == ["y": 2])
            #expect(extended["retries"] == 0)
            #expect(extended["queue"] == .string(queue))
            #expect(extended["worker"]?.stringValue?.hasPrefix(queue) == true)
        }
    }
}
