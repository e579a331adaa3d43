import CeleryProtocol
import Subprocess
import Synchronization
import TestSupport

/// A Python process with a Celery client in it, which does what it is told: `peer.py`.
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
    private let errorPath: String

    private init(errorPath: String) {
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
        _ body: (PythonPeer) async throws -> Result
    ) async throws -> Result {
        let peer = PythonPeer(errorPath: "\(server.directory)/peer.err")
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await peer.run(environment, server) }
            defer { peer.command.finish() }
            return try await body(peer)
        }
    }

    private func run(_ environment: CeleryEnvironment, _ server: RedisServer) async throws {
        defer { self.end() }
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in environment.variables(server) {
            if let key = Environment.Key(rawValue: name) { changes[key] = value }
        }
        // It ends by itself when its input does.
        _ = try await Subprocess.run(
            .name("sh"),
            arguments: [
                "-c", #"exec "$1" "$2" 2>>"$3""#, "peer", environment.python, "\(environment.sources)/peer.py",
                self.errorPath,
            ],
            environment: .inherit.updating(changes),
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
