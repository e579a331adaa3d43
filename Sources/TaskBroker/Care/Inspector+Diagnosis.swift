import CeleryProtocol

extension Inspector {
    /// Looks at the servers, the queues and the workers, and says what is wrong with their settings: `doctor` for a fleet.
    ///
    /// Changes nothing. Whether the data itself is sound tells ``examine(_:progress:_:)``.
    ///
    /// - Parameter timeout: How long to wait for the answers of workers.
    /// - Returns: What was found, also what is right, in the order: servers, workers, queues.
    public func diagnose(timeout: Duration = .seconds(1)) async throws -> [Finding] {
        let care = try self.careStore()
        let servers = try await care.servers()
        var facts = FleetFacts()
        facts.workers = try await self.workers()
        facts.isLoopback = servers.first?.isLoopback ?? true
        facts.hasControlKey = self.control?.hasKey ?? false
        let isReplica = servers.contains { $0.purpose != .results && $0.info["role"] == "slave" }
        // On a replica nobody can be asked, because a reply is a write.
        if !isReplica { facts.nodes = try await self.nodes(timeout: timeout) }
        let named = facts.nodes.flatMap(\.queues) + (try await self.undeclaredQueues(care))
        facts.queues = try await self.queues(also: named).queues
        facts.unacknowledged = try await care.unacknowledged()
        return servers.flatMap(ServerChecks.findings) + FleetChecks.findings(facts)
    }

    /// Looks at the servers only: what a worker checks when it starts.
    ///
    /// Changes nothing, and takes a few dozen round trips.
    public func diagnoseServers() async throws -> [Finding] {
        try await self.careStore().servers().flatMap(ServerChecks.findings)
    }

    /// The queues that messages were sent to and that nobody has declared: a misspelt name, usually.
    private func undeclaredQueues(_ care: any CareStore) async throws -> [String] {
        let queues = Set(try await care.lists().map(Priority.queue(ofList:)))
        var unknown: [String] = []
        for queue in queues.subtracting(try await self.knownQueues().names).sorted().prefix(1000) {
            // A list may be anything; one of tasks begins with a task.
            let isOfTasks = try await self.peek(queue, count: 1).first.map { $0.task != nil } ?? false
            if isOfTasks { unknown.append(queue) }
        }
        return unknown
    }

    /// What the workers say about themselves, ours and those of Celery.
    private func nodes(timeout: Duration) async throws -> [NodeFacts] {
        guard let control = self.control else { return [] }
        async let reports = control.ask("report", timeout: timeout)
        async let settings = control.ask("conf", arguments: ["with_defaults": true], timeout: timeout)
        async let queues = control.ask("active_queues", timeout: timeout)
        let (report, conf, active) = try await (reports, settings, queues)
        let names = Set(report.keys).union(conf.keys).union(active.keys)
        return names.sorted().map { name in
            NodeFacts(node: name, report: report[name], conf: conf[name], queues: active[name])
        }
    }
}
