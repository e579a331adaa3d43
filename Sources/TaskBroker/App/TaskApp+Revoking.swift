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
        try await self.log(ids.map { Revocation(.task($0), terminates: terminate) })
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
    /// - Throws: ``TaskBrokerError``; nothing was revoked if a name is none, or a value has more than 15 KiB as JSON.
    public func revoke(stampedHeaders: [String: [JSONValue]], terminate: Bool = false) async throws {
        let revocations = stampedHeaders.flatMap { name, values in
            values.map { Revocation(.stamp(name: name, value: $0), terminates: terminate) }
        }
        try await self.log(revocations)
        try await self.control.tell(
            "revoke_by_stamped_headers",
            arguments: Self.arguments(.headers, .object(stampedHeaders.mapValues { .array($0) }), terminate)
        )
    }

    /// Enters revocations into the broker's log, all or none.
    private func log(_ revocations: [Revocation]) async throws {
        for revocation in revocations { try revocation.validate() }
        try await self.broker.revoke(revocations, self.configuration.revocationLimits)
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
