import CeleryProtocol

extension Inspector {
    /// Finds the message of a task.
    ///
    /// Messages are searched as bytes and decoded only where the id occurs. Those that workers hold come first, long lists last.
    ///
    /// - Parameters:
    ///   - taskID: The id.
    ///   - queues: Where to look beside the queues that are known.
    ///   - limit: How many messages to look at.
    /// - Returns: `nil` if no message of the task exists: it was never sent, or it is done, and its result tells which.
    public func locate(taskID: String, queues: [String] = [], limit: Int = 100_000) async throws -> TaskLocation? {
        let known = try await self.knownQueues(also: queues)
        let names = known.names.sorted()
        var search = TaskSearch(taskID: taskID, remaining: limit)
        // A worker may take the message after those that workers hold were looked at; so these are looked at twice.
        for places in [[StoredMessage.Place.inFlight, .delayed, .dead, .waiting], [.inFlight, .delayed, .dead]] {
            if let found = try await self.find(&search, in: names, at: places) { return found }
        }
        if let task = try await self.isTakenByPython(&search) {
            return TaskLocation(taskID, task: task, .takenByPython)
        }
        guard search.remaining > 0, known.isComplete else {
            return TaskLocation(taskID, task: nil, .outOfReach(examined: limit - search.remaining))
        }
        return nil
    }

    /// Looks at some places of all queues, one after the other.
    private func find(
        _ search: inout TaskSearch,
        in queues: [String],
        at places: [StoredMessage.Place]
    ) async throws -> TaskLocation? {
        let contents = try await self.store.contents(of: queues)
        for place in places {
            for (queue, contents) in zip(queues, contents) where contents.count(of: place) > 0 {
                for step in Priority.steps where search.remaining > 0 {
                    search.ahead = 0
                    try await self.eachMessage(place, in: queue, step: step) { search.examine($0) }
                    guard let found = search.found else { continue }
                    return TaskLocation(
                        taskID: search.taskID,
                        task: found.task,
                        queue: queue,
                        step: step,
                        isPaused: contents.isPaused,
                        place: try await self.place(of: found.message, place, ahead: search.ahead)
                    )
                }
            }
        }
        return nil
    }

    private func place(
        of message: StoredMessage,
        _ place: StoredMessage.Place,
        ahead: Int
    ) async throws -> TaskLocation.Place {
        switch place {
        case .waiting:
            return .waiting(ahead: ahead)
        case .inFlight:
            // A claim's id begins with the nonce of the process that holds it.
            let nonce = message.id.prefix { $0 != ":" }
            return .running(try await self.workers().first { $0.nonce == nonce })
        case .delayed:
            let due = message.time ?? 0
            return message.note == nil ? .delayed(until: due) : .parked(until: due)
        case .dead:
            return .dead(reason: message.note ?? "")
        }
    }

    /// The name of the task, if a Python worker has taken it: an element of `unacked` is `[envelope, exchange, routing key]`.
    private func isTakenByPython(_ search: inout TaskSearch) async throws -> String? {
        var cursor: String?
        repeat {
            guard search.remaining > 0 else { return nil }
            let page = try await self.store.foreignPage(after: cursor)
            for message in page.messages where search.remaining > 0 && search.mentions(message) {
                let headers = (try? JSONValue(parsing: message.raw))?[0]?["headers"]
                if headers?["id"]?.stringValue == search.taskID { return headers?["task"]?.stringValue ?? "" }
            }
            cursor = page.next
        } while cursor != nil
        return nil
    }
}

/// A search for the message of one task.
private struct TaskSearch {
    let taskID: String
    let needle: [UInt8]
    /// How many messages may still be looked at.
    var remaining: Int
    /// How many of the list were looked at before.
    var ahead = 0
    var found: (message: StoredMessage, task: String)?

    init(taskID: String, remaining: Int) {
        self.taskID = taskID
        self.needle = Array(taskID.utf8)
        self.remaining = remaining
    }

    /// Looks at a message; returns whether to go on.
    mutating func examine(_ message: StoredMessage) -> Bool {
        guard self.mentions(message) else {
            self.ahead += 1
            return self.remaining > 0
        }
        let peeked = PeekedMessage(message.raw, step: 0)
        if peeked.id == self.taskID {
            self.found = (message, peeked.task ?? "")
            return false
        }
        self.ahead += 1
        return self.remaining > 0
    }

    /// Whether the id occurs anywhere in the message: also in those of tasks that only refer to it.
    mutating func mentions(_ message: StoredMessage) -> Bool {
        self.remaining -= 1
        return !self.needle.isEmpty && message.raw.firstRange(of: self.needle) != nil
    }
}

extension TaskLocation {
    fileprivate init(_ taskID: String, task: String?, _ place: Place) {
        self.init(taskID: taskID, task: task, queue: nil, step: 0, isPaused: false, place: place)
    }
}

extension QueueContents {
    fileprivate func count(of place: StoredMessage.Place) -> Int {
        switch place {
        case .waiting: self.waiting.values.reduce(0, +)
        case .inFlight: self.inFlight
        case .delayed: self.delayed + self.parked
        case .dead: self.dead
        }
    }
}
