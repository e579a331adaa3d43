import CeleryProtocol
import Subprocess
import Synchronization
import TestSupport

/// A Python process that does what it is told: `peer.py` with a Celery client in it, or another that serves with `lines.py`.
final class PythonPeer: Sendable {
    /// What went wrong on the other side.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    private typealias Answer = CheckedContinuation<JSONValue, any Error>

    private struct State {
        var lastNumber: Int64 = 0
        var waiting: [Int64: Answer] = [:]
        var end: Failure?
    }

    private let state = Mutex(State())
    private let commands: AsyncStream<String>
    private let command: AsyncStream<String>.Continuation
    private let script: String
    private let arguments: [String]
    private let errorPath: String

    private init(script: String, arguments: [String], errorPath: String) {
        self.script = script
        self.arguments = arguments
        self.errorPath = errorPath
        (self.commands, self.command) = AsyncStream.makeStream()
    }
}

// MARK: - Scope

extension PythonPeer {
    /// Runs a peer while `body` runs.
    static func with<Result: Sendable>(
        _ environment: CeleryEnvironment,
        _ server: RedisServer,
        script: String = "peer.py",
        arguments: [String] = [],
        _ body: (PythonPeer) async throws -> Result
    ) async throws -> Result {
        let peer = PythonPeer(script: script, arguments: arguments, errorPath: "\(server.directory)/\(script).err")
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await peer.run(environment, server) }
            let outcome: Swift.Result<Result, any Error>
            do {
                outcome = .success(try await body(peer))
            } catch {
                outcome = .failure(error)
            }
            // It is given the time to end what it has started, also when the test has failed.
            peer.command.finish()
            try await group.waitForAll()
            return try outcome.get()
        }
    }

    private func run(_ environment: CeleryEnvironment, _ server: RedisServer) async throws {
        defer { self.end() }
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in environment.variables(server) {
            if let key = Environment.Key(rawValue: name) { changes[key] = value }
        }
        var platform = PlatformOptions()
        platform.teardownSequence = [.send(signal: .terminate, allowedDurationToNextStep: .seconds(5))]
        // It ends by itself when its input does.
        _ = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(
                [
                    "-c", #"errors=$1; shift; exec "$@" 2>>"$errors""#, "peer", self.errorPath,
                    environment.python, "\(environment.sources)/\(self.script)",
                ] + self.arguments
            ),
            environment: .inherit.updating(changes),
            platformOptions: platform,
            input: .inputWriter,
            output: .sequence,
            error: .discarded
        ) { process in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await command in self.commands {
                        _ = try await process.standardInputWriter.write("\(command)\n")
                    }
                    try await process.standardInputWriter.finish()
                }
                // An answer may be as long as a value is.
                for try await line in process.standardOutput.strings(bufferingPolicy: .unbounded) { self.receive(line) }
                self.end()
                self.command.finish()
                try await group.waitForAll()
            }
        }
    }

    private func receive(_ line: String) {
        guard let reply = try? JSONValue(parsing: line), let number = reply["number"]?.integerValue else { return }
        let waiting = self.state.withLock { $0.waiting.removeValue(forKey: number) }
        if let error = reply["error"]?.stringValue {
            waiting?.resume(throwing: Failure(description: "\(error)\n\(reply["where"]?.stringValue ?? "")"))
        } else {
            waiting?.resume(returning: reply)
        }
    }

    private func end() {
        let failure = Failure(
            description: "the Python peer has ended; it said: \(TextFile.contents(of: self.errorPath))"
        )
        let waiting = self.state.withLock { state in
            defer { state.waiting = [:] }
            state.end = failure
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(throwing: failure) }
    }
}

// MARK: - Commands

extension PythonPeer {
    /// Has the peer do something and returns its answer.
    func call(_ operation: String, _ fields: [String: JSONValue]) async throws -> JSONValue {
        let number = self.state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        var command = fields
        command["operation"] = .string(operation)
        command["number"] = .integer(number)
        let line = JSONValue.object(command).description
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let end = self.state.withLock { state in
                    if state.end == nil { state.waiting[number] = continuation }
                    return state.end
                }
                if let end { return continuation.resume(throwing: end) }
                if Task.isCancelled { return self.cancel(number) }
                self.command.yield(line)
            }
        } onCancel: {
            self.cancel(number)
        }
    }

    private func cancel(_ number: Int64) {
        self.state.withLock { $0.waiting.removeValue(forKey: number) }?.resume(throwing: CancellationError())
    }
}
