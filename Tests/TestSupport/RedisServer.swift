import Subprocess
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A redis-server of its own for a suite or a test, on a free port of the loopback interface.
///
/// ```swift
/// @Suite(.redisServer) struct QueueTests {
///     @Test func `pushes`() async throws {
///         let server = try #require(RedisServer.current)
///     }
/// }
/// ```
///
/// Neither the process nor its directory outlives the tests, however they end; see ``guardian``.
package final class RedisServer: Sendable {
    /// The server of the suite or test that runs.
    @TaskLocal package static var current: RedisServer?

    /// The port of the loopback interface.
    package let port: Int
    /// Where the server keeps its files, log and certificates.
    package let directory: String
    /// What it was started with.
    package let options: RedisServerOptions

    /// The process id while the server runs.
    private let processID = Mutex<pid_t?>(nil)
    private let (words, say): (AsyncStream<String>, AsyncStream<String>.Continuation)

    private init(_ options: RedisServerOptions) throws {
        self.port = try FreePort.find()
        self.directory = "/tmp/taskbroker-redis-\(UInt64.random(in: 0 ... .max))"
        self.options = options
        (self.words, self.say) = AsyncStream.makeStream()
    }
}

// MARK: - Scope

extension RedisServer {
    /// Starts a server, waits until it answers, runs `body` with it, and removes all traces of it.
    package static func with<Result: Sendable>(
        _ options: RedisServerOptions = RedisServerOptions(),
        _ body: (RedisServer) async throws -> Result
    ) async throws -> Result {
        let server = try RedisServer(options)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.keep() }
            // Ends the guardian, for which the group then waits.
            defer { server.say.finish() }
            try await server.restart()
            return try await body(server)
        }
    }

    /// Passes on what is to happen to the guardian, and notes its answers.
    private func keep() async throws {
        let names = self.options.tls == nil ? "" : self.options.certificateNames
        let server =
            self.options.launcher + ["redis-server"]
            + self.options.serverArguments(port: self.port, directory: self.directory)
        var platform = PlatformOptions()
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(5))]
        _ = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(["-c", Self.guardian, "guardian", self.directory, names] + server),
            platformOptions: platform,
            input: .inputWriter,
            output: .sequence,
            error: .discarded
        ) { guardian in
            var answers = guardian.standardOutput.strings().makeAsyncIterator()
            for await word in self.words {
                _ = try await guardian.standardInputWriter.write("\(word)\n")
                let answer = try await answers.next()
                self.processID.withLock { $0 = answer.flatMap { pid_t($0.trimmingNewline) } }
            }
        }
    }
}

extension String {
    fileprivate var trimmingNewline: Substring { self.prefix { !$0.isNewline } }
}

// MARK: - Faults

extension RedisServer {
    /// Kills the server as `kill -9` does; its port is closed when this returns.
    package func crash() async throws {
        self.say.yield("stop")
        try await eventually("redis-server has ended") { self.processID.withLock { $0 } == nil }
    }

    /// Starts the server, on the same port and directory, after ``crash()``; it answers when this returns.
    ///
    /// An append-only file that was torn is written anew, as `docs/operations.md` tells operators: Redis 7.0.15 would run a half of the torn
    /// transaction when it reads the file for the second time.
    package func restart() async throws {
        self.say.yield("start")
        // Many suites start at once, and each start asks with a program of its own: on two cores that takes a while.
        try await eventually("redis-server answers; its log is \(self.directory)/server.log", timeout: .seconds(120)) {
            let answer = try await self.cli("PING")
            return answer == "PONG" || answer.hasPrefix("NOAUTH") || answer.hasPrefix("NOPERM")
        }
        guard self.hasTornFile else { return }
        _ = try await self.cli("BGREWRITEAOF")
        try await eventually("the append-only file is written anew", timeout: .seconds(120)) {
            let state = try await self.cli("INFO", "persistence")
            return ["in_progress:0", "scheduled:0"].allSatisfy { state.contains("aof_rewrite_\($0)") }
                && state.contains("aof_last_bgrewrite_status:ok")
        }
    }

    /// Whether the last start has found an append-only file that ended in the middle of a command.
    private var hasTornFile: Bool {
        let log = TextFile.contents(of: "\(self.directory)/server.log")
        let start = log.ranges(of: "Redis is starting").last?.upperBound ?? log.startIndex
        return log[start...].contains("Truncating the AOF")
    }

    /// Freezes the server: connections stay, answers stop.
    package func pause() { self.signal(SIGSTOP) }

    /// Ends ``pause()``.
    package func resume() { self.signal(SIGCONT) }

    private func signal(_ number: Int32) {
        if let processID = self.processID.withLock({ $0 }) { kill(processID, number) }
    }
}

// MARK: - Access

extension RedisServer {
    /// A URL for the default user, database 0.
    package var url: String {
        let login = self.options.password.map { ":\($0)@" } ?? ""
        guard self.options.tls != nil else { return "redis://\(login)127.0.0.1:\(self.port)/0" }
        return "rediss://\(login)localhost:\(self.port)/0?ssl_ca_certs=\(self.directory)/ca.crt"
    }

    /// A URL for the server's Unix domain socket.
    package var socketURL: String { "unix://\(self.directory)/redis.sock?db=0" }

    /// Runs a command with `redis-cli`, as a client that has nothing to do with ours, and returns what it prints.
    ///
    /// - Returns: The reply without the last line end; error replies too.
    package func cli(_ arguments: String...) async throws -> String { try await self.cli(arguments) }

    /// Runs a command with `redis-cli`, word by word.
    package func cli(_ arguments: [String]) async throws -> String {
        let output = try await ChildProcess.run(
            "redis-cli",
            ["-s", "\(self.directory)/redis.sock"] + arguments,
            environment: ["REDISCLI_AUTH": self.options.password]
        )
        var text = output.standardOutput
        if text.last?.isNewline == true { text.removeLast() }
        return text
    }
}
