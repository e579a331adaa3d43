import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Fleet {
    /// Sends a call, by default to the queue of the direction.
    ///
    /// - Returns: The id of the task.
    func send(_ call: Call, _ direction: Direction) async throws -> String {
        var call = call
        if call.queue == nil && call.exchange == nil { call.queue = direction.queue }
        return try await self.sendAsIs(call, direction)
    }

    /// Sends a call where its own options and the routes say.
    func sendAsIs(_ call: Call, _ direction: Direction) async throws -> String {
        switch direction {
        case .pythonToSwift:
            try await #require(self.peer.call("send", call.command)["id"]?.stringValue)
        case .swiftToPython:
            try await self.app.sendTask(call.task, args: call.args, kwargs: call.kwargs, options: call.options).id
        }
    }

    /// Waits until a task has ended, with both clients, and checks that they see the same.
    func outcome(
        of id: String,
        timeout: Int = 120,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        async let python = self.peer.call("get", ["id": .string(id), "timeout": .integer(Int64(timeout))])
        let info = try await self.app.result(for: id).wait(timeout: .seconds(timeout))
        return try await Outcome(
            swift: #require(info, "task \(id) has not ended within \(timeout) s", sourceLocation: sourceLocation),
            python: python,
            sourceLocation
        )
    }

    /// Sends a call and waits for its end.
    func run(
        _ call: Call,
        _ direction: Direction,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Outcome {
        try await self.outcome(of: self.send(call, direction), sourceLocation: sourceLocation)
    }

    /// The state that a Python client sees.
    func pythonState(of id: String) async throws -> JSONValue {
        try await self.peer.call("state", ["id": .string(id)])
    }

    /// Waits until the message of a task has been put aside because no worker knows the task.
    func eventuallyParked(_ id: String, in queue: String) async throws {
        try await eventually("task \(id) is parked", timeout: .seconds(120)) {
            guard case .parked = try await self.app.inspector.locate(taskID: id, queues: [queue])?.place else {
                return false
            }
            return true
        }
    }

    /// A path that no other test uses; nothing is there.
    func freshPath(_ name: String) -> String {
        "\(self.server.directory)/\(name)-\(UInt64.random(in: 0 ... .max))"
    }
}

/// A name that no other test uses.
func unique(_ name: String) -> String {
    "\(name)-\(UInt32.random(in: 0 ... .max))"
}
