/// The statistics of a worker, as `inspect stats` shows them.
///
/// Flower makes the page of a worker of it, and has none for a worker that does not answer.
package struct StatsDocument: Sendable {
    /// How many tasks were accepted, by name.
    package var total: [String: Int]
    /// The process id.
    package var pid: Int
    /// The logical clock.
    package var clock: Int64
    /// For how many seconds the worker has been running.
    package var uptime: Int64
    /// How the worker runs tasks.
    package var pool: Pool
    /// Where it takes them from.
    package var broker: Broker
    /// How many messages it holds at most.
    package var prefetchCount: Int
    /// What the operating system counts.
    package var usage: ResourceUsage
    /// The bounds between which it scales itself: at most, at least, now.
    package var autoscale: (max: Int, min: Int, current: Int)?

    /// Creates a document.
    package init(
        total: [String: Int],
        pid: Int,
        clock: Int64,
        uptime: Int64,
        pool: Pool,
        broker: Broker,
        prefetchCount: Int,
        usage: ResourceUsage,
        autoscale: (max: Int, min: Int, current: Int)? = nil
    ) {
        self.total = total
        self.pid = pid
        self.clock = clock
        self.uptime = uptime
        self.pool = pool
        self.broker = broker
        self.prefetchCount = prefetchCount
        self.usage = usage
        self.autoscale = autoscale
    }
}

extension StatsDocument {
    /// How a worker runs tasks.
    package struct Pool: Sendable {
        /// What runs them, for display.
        package var implementation: String
        /// How many at once at most.
        package var concurrency: Int
        /// The process ids.
        package var processes: [Int]
        /// The default soft and hard time limits in seconds; 0 for none.
        package var timeLimits: (soft: Double?, hard: Double?)

        /// Creates a description of a pool.
        package init(
            implementation: String,
            concurrency: Int,
            processes: [Int],
            timeLimits: (soft: Double?, hard: Double?)
        ) {
            self.implementation = implementation
            self.concurrency = concurrency
            self.processes = processes
            self.timeLimits = timeLimits
        }
    }

    /// Where a worker takes tasks from.
    package struct Broker: Sendable {
        /// kombu's word for the kind of broker.
        package var transport: String
        /// The machine, or the path of a socket.
        package var host: String
        /// The port.
        package var port: Int
        /// The database.
        package var virtualHost: String
        /// The user.
        package var user: String?

        /// Creates a description of a broker.
        package init(transport: String, host: String, port: Int, virtualHost: String, user: String?) {
            self.transport = transport
            self.host = host
            self.port = port
            self.virtualHost = virtualHost
            self.user = user
        }
    }
}

extension StatsDocument {
    /// The object; the clock is a string, as in Celery.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "total": .object(self.total.mapValues { .integer(Int64($0)) }),
            "pid": .integer(Int64(self.pid)),
            "clock": .string(String(self.clock)),
            "uptime": .integer(self.uptime),
            "pool": self.pool.json,
            "broker": self.broker.json,
            "prefetch_count": .integer(Int64(self.prefetchCount)),
            "rusage": self.usage.json,
        ]
        if let autoscale = self.autoscale {
            members["autoscaler"] = .object([
                "max": .integer(Int64(autoscale.max)),
                "min": .integer(Int64(autoscale.min)),
                "current": .integer(Int64(autoscale.current)),
                "qty": .integer(Int64(autoscale.current)),
            ])
        }
        return .object(members)
    }
}

extension StatsDocument.Pool {
    fileprivate var json: JSONValue {
        .object([
            "implementation": .string(self.implementation),
            "max-concurrency": .integer(Int64(self.concurrency)),
            "processes": .array(self.processes.map { .integer(Int64($0)) }),
            "max-tasks-per-child": "N/A",
            "put-guarded-by-semaphore": false,
            "timeouts": .array([self.timeLimits.soft, self.timeLimits.hard].map { $0.map { .double($0) } ?? 0 }),
        ])
    }
}

extension StatsDocument.Broker {
    fileprivate var json: JSONValue {
        .object([
            "transport": .string(self.transport),
            "hostname": .string(self.host),
            "port": .integer(Int64(self.port)),
            "virtual_host": .string(self.virtualHost),
            "userid": self.user.map { .string($0) } ?? .null,
            "ssl": .bool(self.transport == "rediss"),
            "insist": false,
            "connect_timeout": 5,
            "transport_options": .object([:]),
            "login_method": nil,
            "uri_prefix": nil,
            "heartbeat": 0,
            "failover_strategy": "round-robin",
            "alternates": [],
            "credential_provider": nil,
        ])
    }
}
