import Subprocess

#if canImport(System)
import System
#else
import SystemPackage
#endif

/// A `redis-server` of our own: it serves this process and those that it starts, and ends with it.
struct PrivateRedis: Sendable {
    /// How programs of any kind reach it.
    let url: String
    /// The socket that only its owner can reach.
    let socket: String

    /// Runs a server while `body` does.
    ///
    /// - Throws: ``CommandError`` if the server is not installed or does not start.
    static func run<Value: Sendable>(
        in directory: ScratchDirectory,
        _ body: @escaping @Sendable (PrivateRedis) async throws -> Value
    ) async throws -> Value {
        let program = try await self.program()
        for _ in 1...Self.attempts {
            let port = Int.random(in: 20_000...59_999)
            if let value = try await self.run(program, port: port, in: directory, body) { return value }
        }
        throw CommandError(.unavailable, "No free port was found for a private redis-server on 127.0.0.1.")
    }

    /// How many ports are tried: they are drawn at random, and may be taken.
    private static let attempts = 8
}

// MARK: Starting

extension PrivateRedis {
    private static func program() async throws(CommandError) -> FilePath {
        do {
            return try await Executable.name("redis-server").resolveExecutablePath(in: .inherit)
        } catch {
            throw CommandError(
                .configuration,
                "redis-server is not installed, or not in PATH.",
                advice: """
                    Install it (Debian, Ubuntu: apt install redis-server; macOS: brew install redis), or use a Redis that runs \
                    already: set TASKBROKER_URL.
                    """
            )
        }
    }

    /// Starts the server by way of a shell that outlives us for a moment.
    ///
    /// The shell waits for the end of its standard input, which comes when this process ends, however it ends: `kill -9` included.
    /// A signal on the parent's death (`PR_SET_PDEATHSIG`) would come when the *thread* ends that started the child, and only
    /// on Linux.
    private static let script = """
        "$0" "$@" & child=$!
        trap 'kill "$child" 2>/dev/null' TERM INT HUP
        ( while read -r line; do :; done; kill "$child" 2>/dev/null ) <&3 & watcher=$!
        wait "$child"; status=$?
        kill "$watcher" 2>/dev/null
        exit "$status"
        """

    /// Runs the server on a port; `nil` if the port is taken.
    private static func run<Value: Sendable>(
        _ program: FilePath,
        port: Int,
        in directory: ScratchDirectory,
        _ body: @escaping @Sendable (PrivateRedis) async throws -> Value
    ) async throws -> Value? {
        var options = PlatformOptions()
        // Away from Ctrl-C, which goes to the whole group of the terminal: the worker still needs the server to end cleanly.
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        let socket = "\(directory.path)/redis.sock"
        let arguments = self.arguments(port: port, socket: socket, directory: directory.path)
        let result = try await Subprocess.run(
            .path("/bin/sh"),
            arguments: Arguments(["-c", "exec 3<&0\n" + self.script, program.string] + arguments),
            platformOptions: options,
            input: .inputWriter,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution -> Value? in
            let redis = PrivateRedis(url: "redis://127.0.0.1:\(port)/0", socket: socket)
            var lines = execution.standardOutput.strings().makeAsyncIterator()
            guard try await self.isReady(&lines) else { return nil }
            defer { try? execution.send(signal: .terminate) }
            return try await self.whileDraining(execution.standardOutput) { try await body(redis) }
        }
        return result.closureOutput
    }
}
