import Subprocess
import Synchronization

/// A program that runs beside the tests until their scope ends, and never longer.
///
/// Its standard output and standard error go to files, so that a failure can show what it said. A ``guardian`` stands between it
/// and us, which ends it and its children also when we are killed.
package final class GuardedProcess: Sendable {
    private enum Life {
        case starting
        case running(processID: Int32)
        case ended(status: Int32)
    }

    /// What it is called in failures.
    package let name: String
    /// The file with its standard output.
    package let outputPath: String
    /// The file with its standard error.
    package let errorPath: String

    private let life = Mutex(Life.starting)
    private let signals: AsyncStream<Int32>
    private let signal: AsyncStream<Int32>.Continuation

    private init(name: String, directory: String) {
        self.name = name
        self.outputPath = "\(directory)/\(name).out"
        self.errorPath = "\(directory)/\(name).err"
        (self.signals, self.signal) = AsyncStream.makeStream()
    }
}

// MARK: - Scope

extension GuardedProcess {
    /// Starts a program, runs `body` with it, and kills what is left of it and of its children.
    ///
    /// - Parameters:
    ///   - name: What to call it, and its files.
    ///   - executable: A path, or a name that is looked up in `PATH`.
    ///   - arguments: Its arguments.
    ///   - environment: Variables to set, or with `nil` to remove, on top of ours.
    ///   - directory: Where its output goes: a directory that exists.
    ///   - body: What to do while it runs.
    package static func with<Result: Sendable>(
        _ name: String,
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String: String?] = [:],
        directory: String,
        _ body: (GuardedProcess) async throws -> Result
    ) async throws -> Result {
        let process = GuardedProcess(name: name, directory: directory)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await process.keep([executable] + arguments, environment) }
            // Ends the guardian's input, and with it the program; the group then waits for both.
            defer { process.signal.finish() }
            _ = try await process.processID()
            return try await body(process)
        }
    }

    private func keep(_ command: [String], _ environment: [String: String?]) async throws {
        defer { self.end(status: -1) }
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { changes[key] = value }
        }
        var platform = PlatformOptions()
        // A group of its own, which the guardian kills as a whole.
        platform.processGroupID = 0
        platform.teardownSequence = [.send(signal: .kill, allowedDurationToNextStep: .zero)]
        _ = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(["-c", Self.guardian, "guardian", self.outputPath, self.errorPath] + command),
            environment: .inherit.updating(changes),
            platformOptions: platform,
            input: .inputWriter,
            output: .sequence,
            error: .discarded
        ) { guardian in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await number in self.signals {
                        // Fails when the guardian has ended with the program: there is nobody left to signal.
                        _ = try? await guardian.standardInputWriter.write("\(number)\n")
                    }
                    try? await guardian.standardInputWriter.finish()
                }
                for try await line in guardian.standardOutput.strings() { self.read(line) }
                self.signal.finish()
            }
        }
    }

    private func read(_ line: String) {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let number = Int32(words[1]) else { return }
        switch words[0] {
        case "started": self.life.withLock { $0 = .running(processID: number) }
        case "ended": self.end(status: number)
        default: break
        }
    }

    private func end(status: Int32) {
        self.life.withLock { life in
            if case .ended = life { return }
            life = .ended(status: status)
        }
    }
}

// MARK: - Doing

extension GuardedProcess {
    /// Sends a signal to the program, not to its children; does nothing after its end.
    package func send(_ signal: Int32) {
        self.signal.yield(signal)
    }

    /// The process id of the program.
    package func processID() async throws -> Int32 {
        var processID: Int32?
        try await TestSupport.eventually("\(self.name) has been started") {
            switch self.life.withLock({ $0 }) {
            case .starting: false
            case .running(let id):
                {
                    processID = id
                    return true
                }()
            case .ended: throw TimedOut(description: "\(self.name) ended at once: \(self.errorText)")
            }
        }
        return processID ?? 0
    }

    /// Waits until a condition holds that the running program brings about; a failure shows what the program said.
    package func eventually(
        _ what: String,
        timeout: Duration = .seconds(120),
        _ condition: () async throws -> Bool
    ) async throws {
        do {
            try await TestSupport.eventually("\(self.name): \(what)", timeout: timeout) {
                if try await condition() { return true }
                guard self.isRunning else { throw TimedOut(description: "\(self.name) ended before: \(what)") }
                return false
            }
        } catch let error as TimedOut {
            throw TimedOut(description: "\(error.description); it said: \(self.errorText.suffix(4000))")
        }
    }

    /// Waits for the program to end.
    ///
    /// - Returns: Its exit status, or 128 and the signal that killed it.
    package func exitStatus(timeout: Duration = .seconds(20)) async throws -> Int32 {
        var status: Int32 = -1
        try await self.eventually("it has ended", timeout: timeout) {
            guard case .ended(let number) = self.life.withLock({ $0 }) else { return false }
            status = number
            return true
        }
        return status
    }

    /// Whether the program still runs.
    package var isRunning: Bool {
        if case .running = self.life.withLock({ $0 }) { true } else { false }
    }

    /// What it has written to its standard output.
    package var outputText: String { TextFile.contents(of: self.outputPath) }

    /// What it has written to its standard error.
    package var errorText: String { TextFile.contents(of: self.errorPath) }
}

extension GuardedProcess {
    /// The shell script between us and the program.
    ///
    /// Each line of its standard input is the number of a signal for the program. The end of it, whether we closed it or the
    /// kernel did when our process died of whatever cause, kills the group: the program, its children and the guardian itself.
    private static let guardian = #"""
        output=$1; error=$2; shift 2
        exec 3<&0
        "$@" </dev/null >>"$output" 2>>"$error" 3<&- &
        program=$!
        echo "started $program"
        (
            while read -r number; do kill -"$number" $program; done
            kill -KILL 0
        ) <&3 >/dev/null 2>&1 &
        exec 3<&-
        wait $program
        echo "ended $?"
        kill -KILL 0
        """#
}
