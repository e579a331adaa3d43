import CeleryProtocol
import Synchronization

@testable import TaskBroker

/// A worker that holds what a test gave it, and writes down what it is told.
final class FakeWorker: WorkerControl {
    let node: String
    private let state: Mutex<State>

    struct State {
        var status: WorkerStatus
        var scheduled: [HeldTask] = []
        var registered: [RegisteredTask] = []
        var revoked: [String] = []
        /// Ids that another worker has told.
        var merged: [String] = []
        /// The tasks that run here, by id, with their stamps.
        var stoppable: [String: [String: [JSONValue]]] = [:]
        var sendsEvents = false
        /// What the worker was told, a line each.
        var log: [String] = []
    }

    init(_ node: String = "w1@cap", status: WorkerStatus? = nil) {
        self.node = node
        let standard = WorkerStatus(
            pid: 7232,
            started: .now(),
            concurrency: 2,
            prefetchCount: 2,
            hostPIDs: [7234],
            queues: ["celery"]
        )
        self.state = Mutex(State(status: status ?? standard))
    }

    func change(_ body: (inout State) -> Void) { self.state.withLock { body(&$0) } }

    var log: [String] { self.state.withLock { $0.log } }

    private func note(_ line: String) { self.state.withLock { $0.log.append(line) } }
}

// MARK: Answer

extension FakeWorker {
    func status() async -> WorkerStatus { self.state.withLock { $0.status } }

    func scheduledTasks() async -> [HeldTask] { self.state.withLock { $0.scheduled } }

    func registeredTasks() async -> [RegisteredTask] { self.state.withLock { $0.registered } }

    func revokedTasks(includingMerged: Bool) async -> [String] {
        self.state.withLock { $0.revoked + (includingMerged ? $0.merged : []) }
    }

    func mergeRevoked(_ ids: [String]) async { self.state.withLock { $0.merged += ids } }

    func revoke(_ ids: [String], terminating signal: String?) async throws -> [String] {
        self.note("revoke \(ids.joined(separator: ",")) \(signal ?? "-")")
        return self.state.withLock { state in
            state.revoked += ids
            return signal == nil ? [] : ids.filter { state.stoppable[$0] != nil }
        }
    }

    func revokeStamped(
        _ stamps: [String: [JSONValue]],
        terminating signal: String?
    ) async throws -> [String: [JSONValue]] {
        self.note("revokeStamped \(JSONValue.object(stamps.mapValues { .array($0) })) \(signal ?? "-")")
        guard signal != nil else { return [:] }
        return self.state.withLock { state in
            var stopped: [String: [JSONValue]] = [:]
            for (name, values) in stamps {
                let hits = state.stoppable.values.flatMap { $0[name] ?? [] }.filter { values.contains($0) }
                if !hits.isEmpty { stopped[name] = hits }
            }
            return stopped
        }
    }

    func setRateLimit(_ rate: Double?, writtenAs text: String?, ofTask name: String) async -> Bool {
        self.note("rate \(name) \(rate.map { "\($0)" } ?? "-") \(text ?? "-")")
        return self.state.withLock { $0.registered.contains { $0.name == name } }
    }

    func setTimeLimits(hard: Duration?, soft: Duration?, ofTask name: String) async -> Bool {
        self.note("time \(name) \(hard.map { "\($0)" } ?? "-") \(soft.map { "\($0)" } ?? "-")")
        return self.state.withLock { $0.registered.contains { $0.name == name } }
    }

    func setTaskEvents(enabled: Bool) async -> Bool {
        self.state.withLock { state in
            defer { state.sendsEvents = enabled }
            return state.sendsEvents != enabled
        }
    }

    func sendHeartbeat() async { self.note("heartbeat") }

    func elect(id: String, topic: String, action: JSONValue) async { self.note("elect \(id) \(topic) \(action)") }

    func changeConcurrency(by count: Int) async throws {
        self.note("concurrency \(count)")
        let isTooSmall = self.state.withLock { state in
            let isTooSmall = state.status.concurrency + count < 1
            if !isTooSmall { state.status.concurrency += count }
            return isTooSmall
        }
        if isTooSmall { throw ControlError("ValueError", "Can't shrink pool. All processes busy!") }
    }

    func restartHosts() async throws { throw ControlError.poolRestartsNotEnabled }

    func autoscale(max: Int?, min: Int?) async throws -> AutoscaleBounds {
        let bounds = self.state.withLock { state in
            state.status.autoscale?.max = max ?? 0
            state.status.autoscale?.min = min ?? 0
            return state.status.autoscale
        }
        guard let bounds else { throw ControlError.autoscaleNotEnabled }
        return bounds
    }

    func addConsumer(_ queue: Queue) async throws {
        self.note("add \(queue.name) \(queue.exchange.name) \(queue.exchange.kind) \(queue.routingKey)")
        self.state.withLock { $0.status.queues.append(queue) }
    }

    func cancelConsumer(_ queue: String) async throws {
        self.note("cancel \(queue)")
        self.state.withLock { $0.status.queues.removeAll { $0.name == queue } }
    }

    func shutDown() async { self.note("shutdown") }
}

extension HeldTask {
    /// A task with its arguments, as it lies in the queue `celery`.
    init(
        _ name: String,
        id: String,
        args: [JSONValue] = [],
        eta: Timestamp? = nil,
        shadow: String? = nil,
        started: Timestamp? = nil,
        pid: Int? = nil
    ) {
        let message = TaskMessage(
            headers: TaskHeaders(task: name, id: id, shadow: shadow, eta: eta),
            properties: MessageProperties(deliveryTag: "d", routingKey: "celery"),
            args: args
        )
        self.init(raw: message.encoded(), queue: "celery", started: started, pid: pid)
    }
}
