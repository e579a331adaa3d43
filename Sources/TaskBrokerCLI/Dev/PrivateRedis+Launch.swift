import Subprocess

extension PrivateRedis {
    /// One attempt to start a server, by way of a shell that looks after it.
    struct Launch: Sendable {
        let port: Int
        let directory: String?

        /// Runs the server, and ends it when this process ends.
        ///
        /// The shell waits for the end of its standard input, which comes when this process ends, however it ends: also by
        /// `kill -9`. (`PR_SET_PDEATHSIG` would tell the death of the *thread* that started the child, and only on Linux.)
        /// Its first line of output is the directory; the rest is the server's own log.
        private static let script = """
            umask 077
            directory=$1; shift
            if [ -n "$directory" ]; then
                mkdir -p -- "$directory" && cd -- "$directory" || exit 73
            else
                temporary=$(mktemp -d "${TMPDIR:-/tmp}/taskbroker.XXXXXX") && cd -- "$temporary" || exit 73
            fi
            pwd
            "$0" "$@" </dev/null &
            server=$!
            exec >/dev/null 2>&1
            trap : TERM INT HUP
            while read -r line; do :; done
            kill "$server"
            wait "$server"
            [ -z "${temporary-}" ] || rm -rf -- "$temporary"
            """

        private var arguments: [String] {
            [
                "-c", Self.script, "redis-server", self.directory ?? "",
                "--bind", "127.0.0.1", "--port", "\(self.port)",
                "--unixsocket", "redis.sock", "--unixsocketperm", "700",
                "--appendonly", "yes", "--save", "", "--dir", ".", "--daemonize", "no",
            ]
        }
    }
}

extension PrivateRedis.Launch {
    /// What a child of the group returns.
    private enum Happening<Value: Sendable>: Sendable {
        case value(Value)
        /// The server is gone; its last words.
        case serverEnded([String])
    }

    /// Runs `body` beside the server; `nil` if the port is taken.
    func run<Value: Sendable>(
        _ body: @escaping @Sendable (PrivateRedis) async throws -> Value
    ) async throws -> Value? {
        var options = PlatformOptions()
        // Away from Ctrl-C, which goes to the whole group of the terminal: a worker needs the server to end cleanly.
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(10))]
        let result = try await Subprocess.run(
            .name("sh"),
            arguments: Arguments(self.arguments),
            platformOptions: options,
            input: .inputWriter,
            output: .sequence,
            error: .combinedWithOutput
        ) { execution -> Value? in
            try await self.run(body, beside: execution.standardOutput)
        }
        return result.takeClosureResult()
    }

    private func run<Value: Sendable>(
        _ body: @escaping @Sendable (PrivateRedis) async throws -> Value,
        beside output: SubprocessOutputSequence
    ) async throws -> Value? {
        let (ready, signal) = AsyncStream<PrivateRedis>.makeStream()
        return try await withThrowingTaskGroup(of: Happening<Value>?.self, returning: Value?.self) { group in
            group.addTask { .serverEnded(try await self.follow(output, signal)) }
            group.addTask {
                for await redis in ready { return .value(try await body(redis)) }
                return nil
            }
            defer { group.cancelAll() }
            while let happening = try await group.next() {
                switch happening {
                case .value(let value): return value
                case .serverEnded(let words): return try self.explain(words)
                case nil: continue
                }
            }
            return nil
        }
    }

    /// Reads what the server says until it ends, and tells when it is ready.
    private func follow(
        _ output: SubprocessOutputSequence,
        _ signal: AsyncStream<PrivateRedis>.Continuation
    ) async throws -> [String] {
        defer { signal.finish() }
        var directory: String?
        var words: [String] = []
        for try await line in output.strings() {
            guard let place = directory else {
                directory = line
                continue
            }
            if line.contains("eady to accept connections") {
                signal.yield(PrivateRedis(url: "redis://127.0.0.1:\(self.port)/0", directory: place))
                signal.finish()
            }
            words = words.suffix(4) + [line]
        }
        return words
    }

    /// - Returns: `nil` if another port may help.
    private func explain<Value>(_ words: [String]) throws(CommandError) -> Value? {
        if words.contains(where: { $0.contains("Address already in use") }) { return nil }
        throw CommandError(
            .unavailable,
            "The private redis-server has ended: \(words.last ?? "it said nothing").",
            advice: self.directory.map { "Is '\($0)' a directory that you may write to, with data of this version?" }
        )
    }
}
