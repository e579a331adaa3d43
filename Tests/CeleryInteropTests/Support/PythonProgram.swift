import CeleryProtocol
import TestSupport

/// A Python program of these tests that runs to its end and prints one JSON value.
struct PythonProgram: Sendable {
    /// What is run with `python -m`.
    let module: String
    let arguments: [String]
    /// What it reads from its standard input.
    var input = ""

    /// It ended badly, or printed something else.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    func run(
        _ environment: CeleryEnvironment,
        _ server: RedisServer,
        _ databases: Databases
    ) async throws -> JSONValue {
        let output = try await ChildProcess.run(
            environment.python,
            ["-m", self.module] + self.arguments,
            environment: environment.variables(server, databases),
            input: self.input
        )
        guard output.isSuccess, let value = try? JSONValue(parsing: output.standardOutput) else {
            throw Failure(
                description:
                    "python -m \(self.module): \(output.status)\n\(output.standardOutput.prefix(1000))\n\(output.standardError)"
            )
        }
        return value
    }
}
