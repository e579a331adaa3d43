import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension Stage {
    /// Runs `taskctl` to its end.
    func taskctl(
        _ arguments: String...,
        input: String = "",
        environment: [String: String?] = [:]
    ) async throws -> ChildProcess.Output {
        try await self.taskctl(arguments, input: input, environment: environment)
    }

    /// Runs `taskctl` to its end, and checks that it keeps the password to itself.
    func taskctl(
        _ arguments: [String],
        input: String = "",
        environment: [String: String?] = [:]
    ) async throws -> ChildProcess.Output {
        let output = try await ChildProcess.run(
            BuiltProgram.taskctl,
            arguments,
            environment: self.environment.merging(environment) { _, own in own },
            input: input
        )
        #expect(!output.standardOutput.contains(Self.password), "taskctl \(arguments)")
        #expect(!output.standardError.contains(Self.password), "taskctl \(arguments)")
        return output
    }

    /// Sends a task with `taskctl send` and returns its id.
    func send(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> String {
        let output = try await self.taskctl(["send"] + arguments)
        #expect(output.exitStatus == 0, "\(output.standardError)", sourceLocation: sourceLocation)
        let lines = output.standardOutput.split(separator: "\n")
        #expect(lines.count == 1, "only the id: \(output.standardOutput)", sourceLocation: sourceLocation)
        return try String(#require(lines.first, sourceLocation: sourceLocation))
    }

    /// Runs `taskctl` with `--json` and reads the document that it prints.
    func json(_ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation) async throws -> JSONValue {
        let output = try await self.taskctl(arguments + ["--json"])
        #expect(output.exitStatus == 0, "\(output.standardError)", sourceLocation: sourceLocation)
        return try JSONValue(parsing: output.standardOutput)
    }

    /// Runs a `taskctl worker` process while `body` runs; it takes messages when `body` starts.
    func withWorker<Result: Sendable>(
        _ name: String,
        _ arguments: String...,
        body: (GuardedProcess) async throws -> Result
    ) async throws -> Result {
        try await self.withWorker(name, arguments, body: body)
    }

    /// Runs a `taskctl worker` process while `body` runs; it takes messages when `body` starts.
    func withWorker<Result: Sendable>(
        _ name: String,
        _ arguments: [String],
        body: (GuardedProcess) async throws -> Result
    ) async throws -> Result {
        try await GuardedProcess.with(
            name,
            BuiltProgram.taskctl,
            ["worker", "-n", "\(name)@test", "-l", "info"] + arguments,
            environment: self.environment,
            directory: self.server.directory
        ) { worker in
            try await worker.eventually("on the list of workers") {
                try await self.app.inspector.workers().contains { $0.node == "\(name)@test" }
            }
            let result = try await body(worker)
            #expect(!worker.outputText.contains(Self.password), "\(name)")
            #expect(!worker.errorText.contains(Self.password), "\(name)")
            return result
        }
    }
}

extension Stage {
    /// Waits for a task to end.
    func info(
        of id: String,
        timeout: Duration = .seconds(120),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> TaskInfo {
        let info = try await self.app.result(for: id).wait(timeout: timeout)
        let place = info == nil ? try await self.app.inspector.locate(taskID: id) : nil
        return try #require(
            info,
            "task \(id) has not ended within \(timeout); it is \(String(describing: place))",
            sourceLocation: sourceLocation
        )
    }

    /// The node of the worker that runs a task now.
    func runner(of id: String) async throws -> String? {
        guard case .running(let worker) = try await self.app.inspector.locate(taskID: id)?.place else { return nil }
        return worker?.node
    }
}
