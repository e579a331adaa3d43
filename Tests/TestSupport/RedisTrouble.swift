/// A state of a Redis in which it serves nobody, or not everybody, and how it comes about and passes.
package struct RedisTrouble: Sendable {
    /// What it is, in words.
    package let name: String
    /// What Redis, or the machine, says to those who are not served.
    package let word: String
    /// How the server has to be started.
    package let options: RedisServerOptions
    /// Brings it about.
    package let begin: @Sendable (RedisServer) async throws -> Void
    /// Ends it; the server serves everybody when this returns.
    package let end: @Sendable (RedisServer) async throws -> Void

    private init(
        _ name: String,
        _ word: String,
        _ options: RedisServerOptions = RedisServerOptions(),
        begin: @escaping @Sendable (RedisServer) async throws -> Void,
        end: @escaping @Sendable (RedisServer) async throws -> Void
    ) {
        self.name = name
        self.word = word
        self.options = options
        self.begin = begin
        self.end = end
    }

    /// The user that workers log in as, with the password `secret`, where a password is changed or a right is taken away.
    package static let user = "worker"
    /// That user, as in an ACL file.
    package static let userRule = "\(Self.user) on >secret ~* &* +@all"
}

// MARK: - The server

extension RedisTrouble {
    /// It cannot write its snapshot.
    package static let cannotSave = RedisTrouble(
        "Redis cannot save (MISCONF)",
        "MISCONF",
        begin: { server in
            // Not even root can write a file where there is a directory.
            _ = try await ChildProcess.run("mkdir", ["\(server.directory)/dump.rdb"])
            _ = try await server.cli("CONFIG", "SET", "save", "3600 1000000")
            try await server.saveInBackground()
        },
        end: { server in
            _ = try await ChildProcess.run("rmdir", ["\(server.directory)/dump.rdb"])
            try await server.saveInBackground()
            _ = try await server.cli("CONFIG", "SET", "save", "")
        }
    )

    /// Its disk is full, so that it cannot append to its file: no file of it may grow any more.
    package static let fullDisk = RedisTrouble(
        "Redis's disk is full (MISCONF)",
        "MISCONF",
        RedisServerOptions(
            isPersistent: true,
            // With `always` it would rather end than acknowledge what it cannot keep.
            arguments: ["--appendfsync", "everysec"],
            // The kernel would kill it otherwise: `write` is to fail as on a full disk.
            launcher: ["sh", "-c", #"trap "" XFSZ; exec "$@""#, "sh"]
        ),
        begin: { try await $0.limitFiles(to: "1") },
        end: { server in
            try await server.limitFiles(to: "unlimited")
            try await eventually("Redis has written what it had kept back") {
                try await server.cli("INFO", "persistence").contains("aof_last_write_status:ok")
            }
        }
    )

    /// It is a replica; of nobody: port 1 refuses connections, so that nothing is overwritten.
    package static let readOnly = RedisTrouble(
        "Redis has become a replica (READONLY)",
        "READONLY",
        begin: { _ = try await $0.cli("REPLICAOF", "127.0.0.1", "1") },
        end: { _ = try await $0.cli("REPLICAOF", "NO", "ONE") }
    )

    /// It has fewer replicas than it wants.
    package static let noReplicas = RedisTrouble(
        "Redis has too few replicas (NOREPLICAS)",
        "NOREPLICAS",
        begin: { _ = try await $0.cli("CONFIG", "SET", "min-replicas-to-write", "1") },
        end: { _ = try await $0.cli("CONFIG", "SET", "min-replicas-to-write", "0") }
    )

    /// It is full; it still hands out what it has, and keeps what is done.
    package static let full = RedisTrouble(
        "Redis is full (OOM)",
        "OOM",
        begin: { _ = try await $0.cli("CONFIG", "SET", "maxmemory", "1mb") },
        end: { _ = try await $0.cli("CONFIG", "SET", "maxmemory", "0") }
    )
}

// MARK: - Connections and rights

extension RedisTrouble {
    /// It listens no more, and hangs up.
    package static let refusesConnections = RedisTrouble(
        "Redis refuses connections",
        "Connection refused",
        begin: { server in
            _ = try await server.cli("CONFIG", "SET", "port", "0")
            try await server.killClients()
        },
        end: { _ = try await $0.cli("CONFIG", "SET", "port", "\($0.port)") }
    )

    /// It has no room for clients.
    package static let noRoomForClients = RedisTrouble(
        "Redis has no room for clients (maxclients)",
        "maxclients",
        begin: { server in
            // One connection stays, so that the limit can be raised again.
            let script = #"""
                rm -f "$1/enough"
                { {
                    printf 'CONFIG SET maxclients 1\nCLIENT KILL TYPE normal\nCLIENT KILL TYPE pubsub\n'
                    while [ -d "$1" ] && ! [ -e "$1/enough" ]; do sleep 0.1; done
                    echo 'CONFIG SET maxclients 1000'
                } | redis-cli -s "$1/redis.sock"; } </dev/null >/dev/null 2>&1 &
                """#
            _ = try await ChildProcess.run("sh", ["-c", script, "sh", server.directory])
        },
        end: { server in
            _ = try await ChildProcess.run("touch", ["\(server.directory)/enough"])
            try await eventually("there is room again") { try await server.cli("PING") == "PONG" }
        }
    )

    /// The password of ``user`` is another one, and everybody has to log in again.
    package static let wrongPassword = RedisTrouble(
        "the password is changed (WRONGPASS)",
        "WRONGPASS",
        begin: { server in
            _ = try await server.cli("ACL", "SETUSER", Self.user, "resetpass", ">another")
            try await server.killClients()
        },
        end: { _ = try await $0.cli("ACL", "SETUSER", Self.user, ">secret") }
    )

    /// ``user`` may not run scripts.
    package static let noScripts = RedisTrouble(
        "scripts are forbidden (NOPERM)",
        "NOPERM",
        begin: { _ = try await $0.cli("ACL", "SETUSER", Self.user, "-evalsha", "-eval") },
        end: { _ = try await $0.cli("ACL", "SETUSER", Self.user, "+evalsha", "+eval") }
    )
}

// MARK: - Doing

extension RedisServer {
    /// Closes all connections but the one that asks.
    package func killClients() async throws {
        for kind in ["normal", "pubsub"] { _ = try await self.cli("CLIENT", "KILL", "TYPE", kind) }
    }

    /// Has the data saved, and waits for the end of that.
    package func saveInBackground() async throws {
        _ = try await self.cli("BGSAVE")
        try await eventually("the data has been saved, or not") {
            try await self.cli("INFO", "persistence").contains("rdb_bgsave_in_progress:0")
        }
    }

    /// Lets no file of the running server grow beyond a size in bytes, or to any size with `unlimited`.
    fileprivate func limitFiles(to size: String) async throws {
        let information = try await self.cli("INFO", "server")
        guard let match = information.firstMatch(of: /process_id:([0-9]+)/) else {
            throw TimedOut(description: "Redis does not tell its process id: \(information.prefix(200))")
        }
        let output = try await ChildProcess.run("prlimit", ["--pid", "\(match.1)", "--fsize=\(size):"])
        guard output.isSuccess else { throw TimedOut(description: "prlimit: \(output.standardError)") }
    }
}
