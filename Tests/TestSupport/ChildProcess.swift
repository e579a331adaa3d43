package import Subprocess

/// Runs other programs to their end.
package enum ChildProcess {
    /// How a program ended and what it wrote.
    package struct Output: Sendable {
        /// The exit status or the signal.
        package let status: TerminationStatus
        /// What it wrote to its standard output, at most a mebibyte.
        package let standardOutput: String
        /// What it wrote to its standard error, at most a mebibyte.
        package let standardError: String

        /// Whether it exited with 0.
        package var isSuccess: Bool { self.status.isSuccess }

        /// The exit status, or 128 and the number of the signal that ended it.
        package var exitStatus: Int32 {
            switch self.status {
            case .exited(let status): status
            case .signaled(let number): 128 + number
            }
        }
    }

    /// Runs a program and collects its output; cancelling the task kills it.
    ///
    /// - Parameters:
    ///   - executable: A path, or a name that is looked up in `PATH`.
    ///   - arguments: Its arguments.
    ///   - environment: Variables to set, or with `nil` to remove, on top of ours.
    ///   - input: What it reads from its standard input.
    package static func run(
        _ executable: String,
        _ arguments: [String] = [],
        environment: [String: String?] = [:],
        input: String = ""
    ) async throws -> Output {
        var changes: [Environment.Key: String?] = [:]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { changes[key] = value }
        }
        // `env` becomes the program, and takes paths and names alike; a path would need another package's FilePath.
        let result = try await Subprocess.run(
            .name("env"),
            arguments: Arguments([executable] + arguments),
            environment: .inherit.updating(changes),
            input: .string(input),
            output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20)
        )
        return Output(
            status: result.terminationStatus,
            standardOutput: result.standardOutput,
            standardError: result.standardError
        )
    }
}
