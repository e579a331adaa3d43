public import CeleryProtocol
import Synchronization

extension TaskApp {
    /// Sends a task by name, for tasks that are defined elsewhere, possibly in Python.
    @discardableResult
    public func sendTask(
        _ name: String,
        args: [JSONValue] = [],
        kwargs: [String: JSONValue] = [:],
        options: TaskOptions = .init()
    ) async throws -> AsyncResult<JSONValue> {
        let ids = try await self.send([TaskCall(name, TaskArguments(args, kwargs), options: options)])
        return self.result(for: ids[0])
    }

    /// Sends many tasks, all in one pipeline; through middleware, one after the other.
    ///
    /// - Returns: Their ids, in order. The id of a call whose ``TaskOptions/unique`` key is taken is that of the first call
    ///   under the key.
    /// - Throws: ``TaskBrokerError``, or ``RoutingError`` for a destination. Nothing was sent if a call has a bad name, option
    ///   or destination; after a lost connection it is unknown which of them were.
    @discardableResult
    public func send(_ calls: [TaskCall]) async throws -> [String] {
        let ids = try await self.send(calls.map(self.draft))
        TaskContext.current?.request.addChildren(ids.map { ResultNode(id: $0) })
        return ids
    }

    /// Sends messages in order; returns the ids of their tasks, or of the first one under a unique key.
    func send(_ drafts: [MessageDraft]) async throws -> [String] {
        try await self.declareExchanges(for: drafts)
        guard !self.middleware.isEmpty else {
            let receipts = try await self.broker.publish(drafts.map(\.publication))
            await self.announceSent(drafts, receipts)
            return zip(drafts, receipts).map { draft, receipt in receipt.taskID ?? draft.message.headers.id }
        }
        var ids: [String] = []
        for draft in drafts {
            let receipt = Receipt()
            try await self.passThroughMiddleware(draft) { message in
                let sent = [draft.replacing(message)]
                let receipts = try await self.broker.publish(sent.map(\.publication))
                await self.announceSent(sent, receipts)
                receipt.store(receipts[0].taskID ?? message.headers.id)
            }
            ids.append(receipt.id ?? draft.message.headers.id)
        }
        return ids
    }

    /// Hands a message to the middleware, outermost first, and what becomes of it to `send`.
    func passThroughMiddleware(
        _ draft: MessageDraft,
        _ send: @escaping @Sendable (TaskMessage) async throws -> Void
    ) async throws {
        var send = send
        for middleware in self.middleware.reversed() {
            let next = send
            send = { try await middleware.publish($0, next: next) }
        }
        try await send(draft.message)
    }

    /// Writes the bindings of the declared queues before the first message to a named exchange, as a Celery producer does.
    private func declareExchanges(for drafts: [MessageDraft]) async throws {
        guard drafts.contains(where: { !$0.destination.exchange.isEmpty }) else { return }
        guard !self.hasDeclaredExchanges.withLock({ $0 }) else { return }
        try await self.broker.declare(self.configuration.queues)
        self.hasDeclaredExchanges.withLock { $0 = true }
    }
}
