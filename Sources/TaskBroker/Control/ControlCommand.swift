package import CeleryProtocol

/// A command that workers carry out when somebody asks them to from afar.
package struct ControlCommand: Sendable {
    /// The name on the wire.
    package let name: String
    /// Whether it looks or changes.
    package let kind: Kind
    /// Whether the policies `inspect` and `signed` keep strangers from it (`reliability.md` X7).
    package let isDangerous: Bool
    /// Whether the sender gets an answer.
    package let hasReply: Bool
    /// Whether it is part of TaskBroker, and as such never waits for long.
    package let isBuiltIn: Bool
    /// Carries it out; `nil` is answered as `null`, a thrown error as an exception.
    package let run: @Sendable (ControlCall) async throws -> JSONValue?

    /// Whether a command looks or changes: Celery's two decorators, and the two commands of its command line.
    package enum Kind: Hashable, Sendable {
        case inspect
        case control
    }

    /// Creates a command; one of Celery's unless `isBuiltIn` is false.
    package init(
        _ name: String,
        _ kind: Kind,
        isDangerous: Bool = false,
        hasReply: Bool = true,
        isBuiltIn: Bool = true,
        _ run: @escaping @Sendable (ControlCall) async throws -> JSONValue?
    ) {
        self.name = name
        self.kind = kind
        self.isDangerous = isDangerous
        self.hasReply = hasReply
        self.isBuiltIn = isBuiltIn
        self.run = run
    }
}

extension ControlCommand {
    /// Celery's commands by every name that they have.
    package static let builtIn: [String: ControlCommand] = {
        let commands = Self.looking + Self.tasks + Self.revoking + Self.limits + Self.events + Self.pool + Self.queues
        var table = Dictionary(commands.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        for (alias, name) in Self.aliases { table[alias] = table[name] }
        return table
    }()

    /// The names that Celery 3 used, which its programs still send.
    private static let aliases = [
        "dump_conf": "conf",
        "dump_active": "active",
        "dump_reserved": "reserved",
        "dump_schedule": "scheduled",
        "dump_revoked": "revoked",
        "dump_tasks": "registered",
    ]
}
