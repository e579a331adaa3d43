public import CeleryProtocol
import Synchronization

extension TaskApp {
    /// Defines a command that tells something about a worker: Celery's `@inspect_command`.
    ///
    /// ```swift
    /// app.inspectCommand("sessions") { call in ["open": .integer(sessions.count)] }
    /// ```
    ///
    /// Everybody who may publish to the broker may call it. Callers with `celery inspect` have to know it, too.
    ///
    /// - Parameters:
    ///   - name: The name on the wire. One of Celery's own commands is replaced.
    ///   - body: Runs beside other commands. What it returns is the answer, `nil` is `null`; a thrown error becomes
    ///     `{"error": …}`, see ``ControlError``.
    public func inspectCommand(
        _ name: String,
        _ body: @concurrent @escaping @Sendable (ControlCall) async throws -> JSONValue?
    ) {
        self.define(ControlCommand(name, .inspect, isBuiltIn: false) { try await body($0) })
    }

    /// Defines a command that changes something in a worker: Celery's `@control_command`.
    ///
    /// - Parameters:
    ///   - name: The name on the wire. One of Celery's own commands is replaced.
    ///   - isDangerous: Whether the policies ``ControlPolicy/inspect`` and ``ControlPolicy/signed(with:)`` keep strangers from it.
    ///   - body: See ``inspectCommand(_:_:)``. By convention it answers `["ok": "what was done"]`.
    public func controlCommand(
        _ name: String,
        isDangerous: Bool = true,
        _ body: @concurrent @escaping @Sendable (ControlCall) async throws -> JSONValue?
    ) {
        self.define(
            ControlCommand(name, .control, isDangerous: isDangerous, isBuiltIn: false) { try await body($0) }
        )
    }

    private func define(_ command: ControlCommand) {
        self.controlCommands.withLock { commands in
            precondition(
                commands[command.name] == nil,
                "A control command named \"\(command.name)\" is already defined."
            )
            commands[command.name] = command
        }
    }

    /// A command of this app.
    func controlCommand(named name: String) -> ControlCommand? {
        self.controlCommands.withLock { $0[name] }
    }
}
