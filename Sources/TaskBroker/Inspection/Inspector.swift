import CeleryProtocol

/// Looks at queues, messages and workers, and moves messages, without being a worker.
///
/// Nothing waits and everything is bounded: a Redis with millions of keys is searched up to a limit, and the answer says so. All numbers are
/// those of one moment; workers go on meanwhile.
public struct Inspector: Sendable {
    let store: any InspectionStore
    /// Queues that the app declares, known even while they are empty.
    let declaredQueues: [String]
    /// The way to the workers themselves.
    let control: ControlClient?
    /// The exchange of the events.
    let eventExchange: String

    package init(
        store: any InspectionStore,
        declaredQueues: [String] = [],
        control: ControlClient? = nil,
        eventExchange: String = EventMessage.defaultExchange
    ) {
        self.store = store
        self.declaredQueues = declaredQueues
        self.control = control
        self.eventExchange = eventExchange
    }
}

extension Inspector {
    /// The workers that said within the last 30 seconds that they are alive, by node name.
    public func workers() async throws -> [WorkerRecord] {
        try await self.store.workers().sorted { $0.node < $1.node }
    }

    /// The names of all queues that can be known.
    func knownQueues(also names: [String] = []) async throws -> QueueNames {
        var known = try await self.store.queueNames()
        known.names.formUnion(self.declaredQueues)
        known.names.formUnion(names)
        for worker in try await self.store.workers() { known.names.formUnion(worker.queues) }
        return known
    }

    /// Calls `body` with the messages at a place until it returns `false` or there are none left.
    func eachMessage(
        _ place: StoredMessage.Place,
        in queue: String,
        step: Int,
        _ body: (StoredMessage) -> Bool
    ) async throws {
        var cursor: String?
        repeat {
            let page = try await self.store.page(of: place, in: queue, step: step, after: cursor)
            for message in page.messages where !body(message) { return }
            cursor = page.next
        } while cursor != nil
    }
}
