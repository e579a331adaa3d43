import TestSupport
import Testing

/// Something that keeps a Redis from serving a worker for a while.
struct Hardship: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// How the server is started.
    var options = RedisServerOptions()
    /// What the worker says about it, in its log and to whoever asks whether it is ready.
    let says: String
    /// Whether tasks that run keep their leases, which a test shows: no other worker is served either, and nothing is forgotten.
    var isStandstill = false
    /// Whether only a worker that has something to do meets it.
    var needsWork = false
    let begin: @Sendable (RedisServer) async throws -> Void
    let end: @Sendable (RedisServer) async throws -> Void
}

extension Hardship {
    /// All of them: `reliability.md` T07, T08, T13, T14, T15, T46.
    static let all: [Hardship] = [
        Hardship(
            testDescription: "Redis is killed, and forgets everything",
            says: "Connection refused",
            begin: { try await $0.crash() },
            end: { try await $0.restart() }
        ),
        Hardship(
            testDescription: "Redis is killed, and remembers everything",
            options: RedisServerOptions(isPersistent: true),
            says: "Connection refused",
            isStandstill: true,
            begin: { try await $0.crash() },
            end: { try await $0.restart() }
        ),
        Hardship(
            testDescription: "Redis cannot save (MISCONF)",
            says: "MISCONF",
            isStandstill: true,
            begin: { server in
                // Not even root can write a file where there is a directory.
                _ = try await ChildProcess.run("mkdir", ["\(server.directory)/dump.rdb"])
                _ = try await server.cli("CONFIG", "SET", "save", "3600 1000000")
                try await server.saveInBackground()
            },
            end: { server in
                _ = try await ChildProcess.run("rmdir", ["\(server.directory)/dump.rdb"])
                try await server.saveInBackground()
            }
        ),
        Hardship(
            testDescription: "Redis has become a replica (READONLY)",
            says: "READONLY",
            // Of nobody: port 1 refuses connections, so that nothing is overwritten.
            begin: { _ = try await $0.cli("REPLICAOF", "127.0.0.1", "1") },
            end: { _ = try await $0.cli("REPLICAOF", "NO", "ONE") }
        ),
        Hardship(
            testDescription: "Redis has too few replicas (NOREPLICAS)",
            says: "NOREPLICAS",
            begin: { _ = try await $0.cli("CONFIG", "SET", "min-replicas-to-write", "1") },
            end: { _ = try await $0.cli("CONFIG", "SET", "min-replicas-to-write", "0") }
        ),
        Hardship(
            testDescription: "Redis has no room for clients (maxclients)",
            says: "maxclients",
            begin: { server in
                // One connection stays, so that the limit can be raised again.
                let script = #"""
                    { {
                        printf 'CONFIG SET maxclients 1\nCLIENT KILL TYPE normal\nCLIENT KILL TYPE pubsub\n'
                        while [ -d "$1" ] && ! [ -e "$1/enough" ]; do sleep 0.1; done
                        echo 'CONFIG SET maxclients 1000'
                    } | redis-cli -s "$1/redis.sock"; } </dev/null >/dev/null 2>&1 &
                    """#
                _ = try await ChildProcess.run("sh", ["-c", script, "sh", server.directory])
            },
            end: { _ = try await ChildProcess.run("touch", ["\($0.directory)/enough"]) }
        ),
        Hardship(
            testDescription: "the password is changed (WRONGPASS)",
            says: "WRONGPASS",
            begin: { server in
                _ = try await server.cli("ACL", "SETUSER", "worker", "resetpass", ">another")
                try await server.killClients()
            },
            end: { _ = try await $0.cli("ACL", "SETUSER", "worker", ">secret") }
        ),
        Hardship(
            testDescription: "scripts are forbidden (NOPERM)",
            says: "NOPERM",
            needsWork: true,
            begin: { _ = try await $0.cli("ACL", "SETUSER", "worker", "-evalsha", "-eval") },
            end: { _ = try await $0.cli("ACL", "SETUSER", "worker", "+evalsha", "+eval") }
        ),
    ]

    /// Those of two kinds in which nobody is served: nobody listens, and nothing can be written.
    static let standstills = Self.all.filter(\.isStandstill)
}

extension RedisServer {
    /// Closes all connections but the one that asks.
    func killClients() async throws {
        for kind in ["normal", "pubsub"] { _ = try await self.cli("CLIENT", "KILL", "TYPE", kind) }
    }

    /// Has the data saved, and waits for the end of that.
    func saveInBackground() async throws {
        _ = try await self.cli("BGSAVE")
        try await eventually("the data has been saved, or not") {
            try await self.cli("INFO", "persistence").contains("rdb_bgsave_in_progress:0")
        }
    }
}
