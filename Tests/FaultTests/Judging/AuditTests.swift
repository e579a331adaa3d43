import TestSupport
import Testing

/// The audit against keys that are wrong on purpose.
@Suite(.redisServer, .serialized) struct AuditTests {
    @Test(
        arguments: [
            (["LPUSH", "{q}:tb:q:infl:c:1", #"{"id": "a"}"#], "I2 without lease c:1"),
            (["ZADD", "{q}:tb:q:lease", "1", "c:1"], "I2 without messages c:1"),
            (["HSET", "{q}:tb:q:etam", "c:1", #"{"id": "a"}"#], "delayed without eta c:1"),
            (["ZADD", "{q}:tb:q:dead", "1", "c:1"], "dead without deadm c:1"),
            (["HSET", "{q}:tb:q:park", "c:1", "t"], "parked c:1"),
            (["LPUSH", "q", #"{"id": "a"}"#, #"{"id": "a"}"#], "I1 a in q and in q"),
            (["SET", "{q}:tb:q:dlv", "x", "EX", "100"], "I9 {q}:tb:q:dlv"),
        ]
    )
    func `each violation is found`(_ command: [String], _ violation: String) async throws {
        let server = try #require(RedisServer.current)
        _ = try await server.cli("FLUSHALL")
        #expect(try await Audit(of: server).violations.isEmpty)
        _ = try await server.cli(command)
        #expect(try await Audit(of: server).violations == [violation])
    }

    @Test func `what stays for ever is found, and what Celery leaves is not`() async throws {
        let server = try #require(RedisServer.current)
        _ = try await server.cli("FLUSHALL")
        _ = try await server.cli("SET", "_kombu.binding.celery", "x")
        _ = try await server.cli("SET", "celery-task-meta-1", "x", "EX", "100")
        #expect(try await Audit.residue(of: server).isEmpty)
        _ = try await server.cli("SET", "celery-task-meta-2", "x")
        #expect(try await Audit.residue(of: server) == ["celery-task-meta-2"])
    }
}
