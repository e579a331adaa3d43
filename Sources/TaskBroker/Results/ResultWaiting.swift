import CeleryProtocol

/// Waiting for what a backend stores about one task.
///
/// It subscribes, then reads, then reads again every second: Redis forgets an announcement that nobody hears, so a connection
/// that was replaced in between must cost at most a second and never a result (celery#4857, celery#4561).
struct ResultWaiting: Sendable {
    let id: String
    let backend: any ResultBackend
    /// The pause between two reads while announcements are awaited.
    var pause: Duration = .seconds(1)

    /// The first stored result that `matches`; `nil` if there is none in time.
    func first(timeout: Duration, where matches: @escaping @Sendable (TaskInfo) -> Bool) async throws -> TaskInfo? {
        // Most results that are asked for late are there already; then no subscription is needed.
        if let info = try await self.read(), matches(info) { return info }
        return try await self.backend.withUpdates(of: self.id) { updates in
            try await withThrowingTaskGroup(of: TaskInfo?.self) { group in
                group.addTask {
                    for await document in updates {
                        let info = TaskInfo(document)
                        if matches(info) { return info }
                    }
                    // The announcements ended; the reader decides.
                    try await Task.sleep(for: timeout)
                    return nil
                }
                group.addTask {
                    while true {
                        if let info = try await self.readUnlessUnavailable(), matches(info) { return info }
                        try await Task.sleep(for: self.pause)
                    }
                }
                group.addTask {
                    try await Task.sleep(for: timeout)
                    return nil
                }
                defer { group.cancelAll() }
                return try await group.next() ?? nil
            }
        }
    }

    /// What is stored, or `nil` while the backend is away: an outage within the timeout must not end the waiting.
    private func readUnlessUnavailable() async throws -> TaskInfo? {
        do {
            return try await self.read()
        } catch let error as TaskBrokerError where error.code == .brokerUnavailable {
            return nil
        }
    }

    private func read() async throws -> TaskInfo? {
        try await self.backend.results(of: [self.id])[0].map(TaskInfo.init)
    }
}
