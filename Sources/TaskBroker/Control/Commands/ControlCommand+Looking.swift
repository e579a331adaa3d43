import CeleryProtocol

extension ControlCommand {
    /// The commands that tell about the worker.
    static let looking: [ControlCommand] = [
        ControlCommand("ping", .inspect) { _ in ControlAnswer.ok("pong") },
        ControlCommand("clock", .inspect) { call in ControlAnswer.clock(call.app.logicalClock.value) },
        ControlCommand("conf", .inspect) { call in
            let settings = SettingsReport(call.app, status: await call.worker.status())
            return settings.json(includingDefaults: call.flag(.withDefaults))
        },
        ControlCommand("report", .inspect) { call in
            ControlAnswer.ok(SettingsReport(call.app, status: await call.worker.status()).text)
        },
        ControlCommand("stats", .inspect) { call in
            StatsDocument(
                await call.worker.status(),
                broker: call.app.broker.address,
                clock: call.app.logicalClock.value
            ).json
        },
        ControlCommand("registered", .inspect, Self.registered),
        ControlCommand("active_queues", .inspect) { call in
            .array(await call.worker.status().queues.map { QueueDocument($0).json })
        },
        ControlCommand("hello", .inspect, Self.hello),
        ControlCommand("memsample", .inspect, Self.notSupported),
        ControlCommand("memdump", .inspect, Self.notSupported),
        ControlCommand("objgraph", .inspect, Self.notSupported),
    ]

    /// Names of tasks, each with the attributes that were asked for and that it has.
    @Sendable private static func registered(_ call: ControlCall) async throws -> JSONValue? {
        var items = try call.texts(.taskInfoItems).filter { !$0.hasPrefix("_") }
        if items.isEmpty { items = ["exchange", "routing_key", "rate_limit"] }
        let tasks = await call.worker.registeredTasks()
            .filter { call.flag(.builtins) || !$0.name.hasPrefix("celery.") }
            .sorted { $0.name < $1.name }
        return .array(
            tasks.map { task in
                let info = items.compactMap { item in task.attributes[item].map { "\(item)=\($0)" } }
                return .string(info.isEmpty ? task.name : "\(task.name) [\(info.joined(separator: " "))]")
            }
        )
    }

    /// Tells a worker that starts what is revoked, and takes over what it knows itself.
    ///
    /// Taking over revokes tasks, so it is left out where strangers must not do that.
    @Sendable private static func hello(_ call: ControlCall) async throws -> JSONValue? {
        guard try call.text(.fromNode) != call.node else { return nil }
        if call.isTrusted {
            let ids = ControlAnswer.revokedIDs(call.value(.revoked))
            if !ids.isEmpty { await call.worker.mergeRevoked(ids) }
        }
        return ControlAnswer.hello(
            revoked: await call.worker.revokedTasks(includingMerged: false),
            clock: call.app.logicalClock.forward()
        )
    }

    @Sendable private static func notSupported(_ call: ControlCall) async throws -> JSONValue? {
        ControlAnswer.error(
            "\(call.method) is not supported: it looks at the objects of a Python process, and this worker is written in Swift"
        )
    }
}

extension StatsDocument {
    /// The statistics of a worker now.
    fileprivate init(_ status: WorkerStatus, broker: BrokerAddress, clock: Int64) {
        self.init(
            total: status.accepted,
            pid: status.pid,
            clock: clock,
            uptime: max(0, Timestamp.now().duration(since: status.started).components.seconds),
            pool: Pool(
                implementation: status.pool,
                concurrency: status.concurrency,
                processes: status.hostPIDs,
                timeLimits: status.timeLimits
            ),
            broker: Broker(
                transport: broker.transport,
                host: broker.host,
                port: broker.port,
                virtualHost: broker.virtualHost,
                user: broker.user
            ),
            prefetchCount: status.prefetchCount,
            usage: .current,
            autoscale: status.autoscale.map { ($0.max, $0.min, $0.current) }
        )
    }
}

extension QueueDocument {
    fileprivate init(_ queue: Queue) {
        self.init(
            name: queue.name,
            exchange: queue.exchange.name,
            exchangeType: queue.exchange.kind.rawValue,
            routingKey: queue.routingKey,
            maxPriority: queue.maxPriority,
            maxLength: queue.maxLength
        )
    }
}
