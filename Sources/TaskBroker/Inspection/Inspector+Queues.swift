extension Inspector {
    /// All queues: those that somebody has bound, used, declared or named here.
    ///
    /// - Parameter names: Queues to report even if nothing is known of them.
    public func queues(also names: [String] = []) async throws -> QueueListing {
        let known = try await self.knownQueues(also: names)
        let queues = known.names.sorted()
        let contents = try await self.store.contents(of: queues)
        let workers = try await self.workers()
        let reports = zip(queues, contents).map { name, contents in
            QueueReport(
                name: name,
                contents: contents,
                consumers: workers.filter { $0.queues.contains(name) }.map(\.node)
            )
        }
        return QueueListing(queues: reports, isComplete: known.isComplete)
    }

    /// One queue; a queue that nobody has used yet is empty.
    public func queue(_ name: String) async throws -> QueueReport {
        try Self.check(name)
        let contents = try await self.store.contents(of: [name]).first ?? QueueContents()
        let consumers = try await self.workers().filter { $0.queues.contains(name) }.map(\.node)
        return QueueReport(name: name, contents: contents, consumers: consumers)
    }

    /// The waiting messages that will be served next, at most 1,000; they stay where they are.
    public func peek(_ queue: String, count: Int = 10) async throws -> [PeekedMessage] {
        try Self.check(queue)
        let limit = max(0, min(count, 1000))
        var messages: [PeekedMessage] = []
        for step in Priority.steps where messages.count < limit {
            try await self.eachMessage(.waiting, in: queue, step: step) { message in
                messages.append(PeekedMessage(message.raw, step: step))
                return messages.count < limit
            }
        }
        return messages
    }

    /// Deletes the messages that wait; those that workers hold stay, and dead letters do.
    ///
    /// - Parameter includingDelayed: Also deletes the messages that are not due yet, or parked.
    /// - Returns: How many were deleted.
    public func purge(_ queue: String, includingDelayed: Bool = false) async throws -> Int {
        try Self.check(queue)
        return try await self.store.purge(queue, includingDelayed: includingDelayed)
    }

    /// Keeps our workers from taking messages; Python workers do not know of it.
    ///
    /// Running tasks go on, and messages can be sent.
    ///
    /// - Returns: Whether the queue was not paused before.
    @discardableResult
    public func pause(_ queue: String) async throws -> Bool {
        try Self.check(queue)
        return try await self.store.setPaused(true, queue: queue)
    }

    /// Ends ``pause(_:)``; idle workers notice within a second.
    ///
    /// - Returns: Whether the queue was paused before.
    @discardableResult
    public func resume(_ queue: String) async throws -> Bool {
        try Self.check(queue)
        return try await self.store.setPaused(false, queue: queue)
    }

    /// Moves waiting messages to the end of another queue, keeping order and priority.
    ///
    /// A message is always in one of the two. Nothing in it is changed: its `delivery_info` still names the queue it was sent to, and a Python
    /// worker that gives it back returns it there.
    ///
    /// - Parameter limit: How many at most; all that wait now when absent.
    /// - Returns: How many were moved.
    public func move(from source: String, to destination: String, limit: Int? = nil) async throws -> Int {
        try Self.check(source)
        try Self.check(destination)
        guard !source.utf8.elementsEqual(destination.utf8) else {
            throw TaskBrokerError(.invalidConfiguration, "Source and destination are the same queue; name two.")
        }
        return try await self.store.move(from: source, to: destination, limit: max(0, limit ?? .max))
    }

    private static func check(_ queue: String) throws(TaskBrokerError) {
        do throws(RoutingError) {
            try WireName.check(queue, as: .queue)
        } catch {
            throw TaskBrokerError(.invalidConfiguration, error.description, underlyingError: error)
        }
    }
}
