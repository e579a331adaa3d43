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
    ///   or destination, or is too large; after ``TaskBrokerError/Code/publishUncertain`` it is unknown which of them were, and after
    ///   ``TaskBrokerError/Code/queueFull`` those were not that ``QueueFull/unsent`` names.
    @discardableResult
    public func send(_ calls: [TaskCall]) async throws -> [String] {
        try await self.sendChildren(self.drafts(of: calls))
    }

    /// Sends a task once, as most are sent.
    ///
    /// - Parameter latest: Where the task's form is kept.
    func send(
        _ name: String,
        _ arguments: TaskArguments,
        _ options: TaskOptions?,
        _ latest: LatestForm
    ) async throws -> String {
        try await self.sendChildren([self.draft(of: name, arguments, options, latest)])[0]
    }

    /// Sends a task once with each of the arguments, all in one pipeline.
    ///
    /// - Parameter latest: Where the task's form is kept.
    func send(
        _ name: String,
        _ arguments: [TaskArguments],
        _ options: TaskOptions,
        _ latest: LatestForm
    ) async throws -> [String] {
        try await self.sendChildren(self.drafts(of: name, arguments, options, latest))
    }

    /// Sends messages, and notes that the task that is running, if one is, has sent them.
    private func sendChildren(_ drafts: [MessageDraft]) async throws -> [String] {
        let ids = try await self.send(drafts)
        TaskContext.current?.request.addChildren(ids.map { ResultNode(id: $0) })
        return ids
    }

    /// Sends messages in order; returns the ids of their tasks, or of the first one under a unique key.
    ///
    /// - Parameter unity: What full queues do with them. Through middleware they are sent one after the other, so that a
    ///   queue may be full before the last.
    func send(_ drafts: [MessageDraft], _ unity: SendingUnity = .each) async throws -> [String] {
        if self.needExchanges(drafts) { try await self.declareExchanges() }
        guard !self.middleware.isEmpty else { return try await self.publish(drafts, unity) }
        var ids: [String] = []
        for draft in drafts {
            let receipt = Receipt()
            try await self.passThroughMiddleware(draft) { message in
                receipt.store(try await self.publish([draft.replacing(message)], unity)[0])
            }
            ids.append(receipt.id ?? draft.id)
        }
        return ids
    }

    /// Hands messages to the broker; those that full queues refuse, or too few replicas confirm, are an error.
    private func publish(_ drafts: [MessageDraft], _ unity: SendingUnity) async throws -> [String] {
        var terms = PublishTerms()
        if unity != .followUp {
            terms.bounds = self.router.bounds
            terms.adoptsBounds = self.adoptsBounds.withLock { $0 }
            terms.isWhole = unity == .whole
        }
        let receipts = try await self.broker.publish(drafts.map { try $0.publication() }, terms)
        await self.announceSent(drafts, receipts)
        let ids = drafts.map(\.id)
        if receipts.allSatisfy({ $0 == .sent }) { return ids }
        var full: QueueFull?
        var uncertainty: PublishUncertainty?
        for (id, receipt) in zip(ids, receipts) {
            switch receipt {
            case .sent, .duplicate: break
            case .uncertain(let found): uncertainty = uncertainty ?? found
            case .refused(let found):
                full = full ?? found
                full?.unsent.append(id)
            }
        }
        if let full { throw TaskBrokerError(full) }
        if let uncertainty { throw TaskBrokerError(uncertainty) }
        return zip(ids, receipts).map { id, receipt in receipt.taskID ?? id }
    }

    /// From now on, sending respects bounds that other programs have declared for queues that this one has not.
    ///
    /// For tools that send to queues of which they know the name only. It costs a question for each time something is sent.
    package func adoptBounds() {
        self.adoptsBounds.withLock { $0 = true }
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

    /// Whether messages go to a named exchange and are the first that do.
    private func needExchanges(_ drafts: [MessageDraft]) -> Bool {
        drafts.contains { !$0.destination.exchange.isEmpty } && !self.hasDeclaredExchanges.withLock { $0 }
    }

    /// Writes the bindings of the declared queues before the first message to a named exchange, as a Celery producer does.
    private func declareExchanges() async throws {
        try await self.broker.declare(self.configuration.queues)
        self.hasDeclaredExchanges.withLock { $0 = true }
    }
}
