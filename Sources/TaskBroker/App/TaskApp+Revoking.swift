public import CeleryProtocol

extension TaskApp {
    /// How many ids one command to the workers carries.
    private static let maximumBroadcast = 1000

    /// Keeps tasks from starting.
    ///
    /// The ids are written to a log in the broker that every worker of ours knows before it starts what it has claimed, also workers
    /// that are started later; it remembers them for ``TaskAppConfiguration/revokesExpire``. Tasks that no worker has claimed
    /// when this returns never start. Workers of Celery, which keep such a list in their memory, are told as well.
    ///
    /// - Parameters:
    ///   - ids: The ids of the tasks.
    ///   - terminate: Whether those that run are stopped; they end as `REVOKED` unless they return a value all the same.
    /// - Throws: ``TaskBrokerError``; nothing was revoked if an id is none.
    public func revoke(_ ids: [String], terminate: Bool = false) async throws {
        for id in ids { try Self.validate(id, as: "task id") }
        try await self.broker.revoke(
            ids.map { Revocation(.task($0), terminates: terminate) },
            self.configuration.revocationLimits
        )
        for start in stride(from: 0, to: ids.count, by: Self.maximumBroadcast) {
            let batch = ids[start..<min(start + Self.maximumBroadcast, ids.count)]
            try await self.control.tell(
                "revoke",
                arguments: Self.arguments(.taskID, .array(batch.map { .string($0) }), terminate)
            )
        }
    }

    /// Keeps all tasks from starting that are stamped with one of these values under one of these names.
    ///
    /// - Parameters:
    ///   - stampedHeaders: The values by name.
    ///   - terminate: Whether those that run are stopped.
    public func revoke(stampedHeaders: [String: [JSONValue]], terminate: Bool = false) async throws {
        for name in stampedHeaders.keys { try Self.validate(name, as: "name of the stamp") }
        let revocations = stampedHeaders.flatMap { name, values in
            values.map { Revocation(.stamp(name: name, value: $0), terminates: terminate) }
        }
        try await self.broker.revoke(revocations, self.configuration.revocationLimits)
        try await self.control.tell(
            "revoke_by_stamped_headers",
            arguments: Self.arguments(.headers, .object(stampedHeaders.mapValues { .array($0) }), terminate)
        )
    }

    /// The arguments of Celery's commands, which name the signal always.
    private static func arguments(
        _ name: ControlArgument,
        _ value: JSONValue,
        _ terminate: Bool
    ) -> [String: JSONValue] {
        [
            name.rawValue: value,
            ControlArgument.terminate.rawValue: .bool(terminate),
            ControlArgument.signal.rawValue: "SIGTERM",
        ]
    }

    private static func validate(_ name: String, as kind: String) throws(TaskBrokerError) {
        do throws(MessageError) {
            try NameRules.validate(name, as: kind)
        } catch {
            throw TaskBrokerError(.invalidConfiguration, error.message)
        }
    }

    /// What handles of results revoke with.
    var revoker: TaskRevoker {
        TaskRevoker { ids, terminate in try await self.revoke(ids, terminate: terminate) }
    }

    /// The way to the workers.
    var control: ControlClient {
        ControlClient(
            broker: self.broker,
            logicalClock: self.logicalClock,
            key: self.configuration.controlKey,
            clock: self.clock
        )
    }
}
