import CeleryProtocol
import Logging

/// What the worker offers to remote control; called from outside of the loop, at any time.
extension Supervisor: WorkerControl {
    /// How many delayed messages of each list `inspect scheduled` shows.
    private static let maximumScheduled = 100
    /// How many bytes of them in all: an answer, which has to hold them, has 4 MiB at most.
    private static let maximumScheduledBytes = 2 << 20

    var node: String { self.worker.node }

    func status() async -> WorkerStatus {
        let report = await self.worker.ask { .report($0) }
        return WorkerStatus(
            started: self.started,
            concurrency: report?.concurrency ?? self.worker.configuration.concurrency,
            prefetchCount: report?.capacity ?? 0,
            pool: self.host.kindName,
            hostPIDs: self.host.processIDs,
            queues: self.consumer.queues,
            running: self.running.all.map { attempt in
                HeldTask(attempt, pid: self.host.processID(running: attempt.message.claim))
            },
            reserved: (report?.reserved ?? []).map(HeldTask.init),
            accepted: self.running.accepted
        )
    }

    /// What waits for its time waits in the broker; while that is away there is nothing to tell about it.
    func scheduledTasks() async -> [HeldTask] {
        let messages = try? await self.consumer.putAside(
            limit: Self.maximumScheduled,
            maximumBytes: Self.maximumScheduledBytes
        )
        return (messages ?? []).map { HeldTask(raw: $0.raw, queue: $0.queue) }
    }

    func registeredTasks() async -> [RegisteredTask] {
        (self.host.taskNames + BuiltInTasks.byName.keys).compactMap { name in
            guard var settings = self.host.settings(of: name) else { return nil }
            settings.rateLimit = self.worker.limits.rateLimit(of: name) ?? settings.rateLimit
            settings.timeLimits = self.worker.limits.timeLimits(of: name) ?? settings.timeLimits
            return RegisteredTask(name: name, attributes: settings.attributes)
        }
    }
}

// MARK: Revocation

extension Supervisor {
    func revokedTasks(includingMerged: Bool) async -> [String] {
        self.revocations.taskIDs(at: self.revocationTime, includingMerged: includingMerged)
    }

    func mergeRevoked(_ ids: [String]) async {
        self.revocations.merge(ids, at: self.revocationTime)
    }

    func revoke(_ ids: [String], terminating signal: String?) async throws -> [String] {
        try await self.revoke(ids.map { Revocation(.task($0), terminates: signal != nil) }).map(\.headers.id)
    }

    func revokeStamped(
        _ stamps: [String: [JSONValue]],
        terminating signal: String?
    ) async throws -> [String: [JSONValue]] {
        let stopped = try await self.revoke(
            stamps.flatMap { name, values in
                values.map { Revocation(.stamp(name: name, value: $0), terminates: signal != nil) }
            }
        )
        return stamps.filter { name, _ in stopped.contains { $0.headers.stamps[name] != nil } }
    }
}

// MARK: Limits and events

extension Supervisor {
    func setRateLimit(_ rate: Double?, writtenAs text: String?, ofTask name: String) async -> Bool {
        guard self.host.settings(of: name) != nil else { return false }
        self.worker.limits.setRateLimit(RateLimit(perSecond: rate, writtenAs: text), of: name)
        return true
    }

    func setTimeLimits(hard: Duration?, soft: Duration?, ofTask name: String) async -> Bool {
        guard self.host.settings(of: name) != nil else { return false }
        self.worker.limits.setTimeLimits(TimeLimits(soft: soft, hard: hard), of: name)
        return true
    }

    func setTaskEvents(enabled: Bool) async -> Bool { self.events.setTaskEvents(enabled: enabled) }

    func sendHeartbeat() async { self.events.sendHeartbeat() }

    func elect(id: String, topic: String, action: JSONValue) async {
        self.events.elect(id: id, topic: topic, action: action)
    }
}

// MARK: Work

extension Supervisor {
    func changeConcurrency(by count: Int) async throws {
        guard let isChanged = await self.worker.ask({ .changeConcurrency(by: count, $0) }) else { return }
        guard isChanged else {
            throw ControlError("ValueError", "The worker would be left with no or too many tasks at once.")
        }
    }

    func restartHosts() async throws {
        guard self.host.restart() else { throw ControlError.poolRestartsNotEnabled }
        self.worker.logger.info("task hosts are replaced")
    }

    func autoscale(max: Int?, min: Int?) async throws -> AutoscaleBounds { throw ControlError.autoscaleNotEnabled }

    func addConsumer(_ queue: Queue) async throws {
        guard !self.consumer.queues.contains(where: { $0.name == queue.name }) else { return }
        // First what refuses a queue that cannot be consumed: nothing is declared for it.
        try self.consumer.setQueues(self.consumer.queues + [queue])
        do {
            try await self.worker.app.broker.declare([queue])
        } catch {
            try? self.consumer.setQueues(self.consumer.queues.filter { $0.name != queue.name })
            throw error
        }
        self.worker.logger.info("consuming from another queue", metadata: ["queue": "\(queue.name)"])
        self.worker.send(.lookAgain)
    }

    func cancelConsumer(_ queue: String) async throws {
        try self.consumer.setQueues(self.consumer.queues.filter { $0.name != queue })
        self.worker.logger.info("no longer consuming from a queue", metadata: ["queue": "\(queue)"])
    }

    func shutDown() async { self.worker.drain() }
}

extension HeldTask {
    fileprivate init(_ message: ClaimedMessage) {
        self.init(raw: message.raw, queue: message.claim.queue, redeliveries: message.redeliveries)
    }

    fileprivate init(_ attempt: Attempt, pid: Int?) {
        self.init(attempt.message)
        self.started = attempt.started
        self.pid = pid
    }
}
