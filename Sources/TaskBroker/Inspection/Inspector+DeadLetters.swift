extension Inspector {
    /// The dead letters of a queue or of all queues, newest first; at most 10,000 a list are kept, for seven days.
    ///
    /// - Parameters:
    ///   - queue: The queue; all that are known when absent.
    ///   - limit: How many at most.
    public func deadLetters(queue: String? = nil, limit: Int = 1000) async throws -> [DeadLetter] {
        var letters: [DeadLetter] = []
        try await self.eachDeadLetterList(of: queue) { queue, step in
            var count = 0
            try await self.eachMessage(.dead, in: queue, step: step) { message in
                letters.append(DeadLetter(message, queue: queue, step: step))
                count += 1
                return count < limit
            }
        }
        return Array(letters.sorted { $0.time > $1.time }.prefix(max(0, limit)))
    }

    /// Puts dead letters back to the end of their lists, with their counters at zero.
    ///
    /// - Returns: How many.
    public func retryDead(_ selection: DeadLetterSelection) async throws -> Int {
        try await self.settleDead(selection, isRetried: true)
    }

    /// Deletes dead letters.
    ///
    /// - Returns: How many.
    public func discardDead(_ selection: DeadLetterSelection) async throws -> Int {
        try await self.settleDead(selection, isRetried: false)
    }

    private func settleDead(_ selection: DeadLetterSelection, isRetried: Bool) async throws -> Int {
        var queue: String?
        var wanted: Set<String>?
        switch selection {
        case .all(let name): queue = name
        case .ids(let ids): wanted = Set(ids)
        }
        var count = 0
        try await self.eachDeadLetterList(of: queue) { queue, step in
            // Collected first: a page is a range of ranks, and settling one would shift the next.
            var ids: [String] = []
            try await self.eachMessage(.dead, in: queue, step: step) { message in
                if let wanted, !wanted.contains(message.id) {
                    guard let id = PeekedMessage(message.raw, step: step).id, wanted.contains(id) else { return true }
                }
                ids.append(message.id)
                return true
            }
            count += try await self.store.settleDead(ids, in: queue, step: step, isRetried: isRetried)
        }
        return count
    }

    private func eachDeadLetterList(
        of queue: String?,
        _ body: (_ queue: String, _ step: Int) async throws -> Void
    ) async throws {
        let queues: [String]
        if let queue {
            queues = [queue]
        } else {
            queues = try await self.knownQueues().names.sorted()
        }
        let contents = try await self.store.contents(of: queues)
        for (queue, contents) in zip(queues, contents) where contents.dead > 0 {
            for step in Priority.steps { try await body(queue, step) }
        }
    }
}
