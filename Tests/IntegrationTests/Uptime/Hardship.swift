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
        // Connections are made as before, by the kernel, and what is sent on them is swallowed.
        Hardship(
            testDescription: "Redis answers nobody",
            says: "answer",
            begin: { $0.pause() },
            end: { $0.resume() }
        ),
        Hardship(.cannotSave, isStandstill: true),
        Hardship(.readOnly),
        Hardship(.noReplicas),
        Hardship(.noRoomForClients),
        Hardship(.wrongPassword),
        Hardship(.noScripts, needsWork: true),
    ]

    /// Those of two kinds in which nobody is served: nobody listens, and nothing can be written.
    static let standstills = Self.all.filter(\.isStandstill)

    private init(_ trouble: RedisTrouble, isStandstill: Bool = false, needsWork: Bool = false) {
        self.testDescription = trouble.name
        self.options = trouble.options
        self.says = trouble.word
        self.isStandstill = isStandstill
        self.needsWork = needsWork
        self.begin = trouble.begin
        self.end = trouble.end
    }
}
