import CeleryProtocol

extension ControlCommand {
    /// The commands that tell about the tasks which a worker holds.
    static let tasks: [ControlCommand] = [
        ControlCommand("active", .inspect) { call in
            let isSafe = call.flag(.safe)
            return .array(
                await call.worker.status().running.compactMap { $0.info(on: call.node, isSafe: isSafe)?.json }
            )
        },
        ControlCommand("reserved", .inspect) { call in
            .array(await call.worker.status().reserved.compactMap { $0.info(on: call.node)?.json })
        },
        ControlCommand("scheduled", .inspect) { call in
            .array(await call.worker.scheduledTasks().compactMap { $0.info(on: call.node)?.scheduled })
        },
        ControlCommand("revoked", .inspect) { call in
            .array(await call.worker.revokedTasks(includingMerged: true).map { .string($0) })
        },
        ControlCommand("query_task", .inspect, Self.queryTask),
    ]

    @Sendable private static func queryTask(_ call: ControlCall) async throws -> JSONValue? {
        let ids = Set(try call.taskIDs(.ids))
        let status = await call.worker.status()
        var found: [String: JSONValue] = [:]
        for (state, tasks) in [
            ("active", status.running), ("reserved", status.reserved),
            ("scheduled", await call.worker.scheduledTasks()),
        ] {
            for task in tasks {
                guard let info = task.info(on: call.node), ids.contains(info.headers.id) else { continue }
                found[info.headers.id] = [.string(state), info.json]
            }
        }
        return .object(found)
    }
}

extension HeldTask {
    /// A message larger than this shows its arguments as text, which is cut: a reply has to hold many tasks.
    private static let maximumBytes = 64 << 10

    /// What is shown of the task; `nil` for a message that cannot be read, which is none of a worker's tasks.
    func info(on node: String, isSafe: Bool = false) -> TaskInfoDocument? {
        guard let envelope = try? Envelope(decoding: self.raw), let body = try? envelope.decodeBody() else {
            return nil
        }
        let isSafe = isSafe || self.raw.count > Self.maximumBytes
        let headers = envelope.headers
        return TaskInfoDocument(
            headers: headers,
            properties: envelope.properties,
            args: isSafe ? .string(headers.argsrepr ?? PythonRepr.tuple(body.args)) : .array(body.args),
            kwargs: isSafe ? .string(headers.kwargsrepr ?? PythonRepr.dictionary(body.kwargs)) : .object(body.kwargs),
            node: node,
            started: self.started,
            isRedelivered: self.redeliveries > 0 || envelope.properties.redelivered,
            pid: self.pid
        )
    }
}
