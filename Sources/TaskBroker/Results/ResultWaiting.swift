import CeleryProtocol
import Synchronization

/// Waiting for what a backend stores about tasks.
///
/// It subscribes, then reads, then reads again every second: Redis forgets an announcement that nobody hears, so a connection
/// that was replaced in between must cost at most a second and never a result (celery#4857, celery#4561). However many tasks are
/// waited for, there is one subscription, and one question at a time about those that have not ended.
struct ResultWaiting: Sendable {
    /// Where results are kept; `nil` if there is nothing to wait for.
    let backend: (any ResultBackend)?
    /// The pause between two reads while announcements are awaited.
    var pause: Duration = .seconds(1)
}

extension ResultWaiting {
    /// The first stored result of a task that `matches`; `nil` if there is none in time.
    func first(
        of id: String,
        timeout: Duration,
        where matches: @escaping @Sendable (TaskInfo) -> Bool
    ) async throws -> TaskInfo? {
        let found = Mutex<TaskInfo?>(nil)
        try await self.wait(for: [id], timeout: timeout, reading: { [id] }) { results in
            found.withLock { found in
                found = found ?? results.first { matches($0.info) }?.info
                return found != nil
            }
        }
        return found.withLock { $0 }
    }

    /// How what is tallied has ended; `nil` if it has not in time.
    ///
    /// - Parameter report: Called when more may be known.
    func outcome(
        of tally: ResultTally,
        timeout: Duration,
        report: (@Sendable (GroupProgress) -> Void)? = nil
    ) async throws -> TaskInfo? {
        if let outcome = tally.outcome { return outcome }
        let shared = Mutex(tally)
        let record: @Sendable ([StoredInfo]) -> Bool = { results in
            let (progress, isDecided) = shared.withLock { tally in
                tally.record(results)
                return (GroupProgress(tally), tally.outcome != nil)
            }
            report?(progress)
            return isDecided
        }
        try await self.wait(
            for: tally.taskIDs,
            timeout: timeout,
            reading: { shared.withLock { $0.pending } },
            until: record
        )
        let reasons = shared.withLock { $0.needsAncestors ? $0.pending : [] }
        if !reasons.isEmpty { _ = record(try await self.read(reasons)) }
        return shared.withLock { $0.outcome }
    }

    /// What is stored about those tasks of which anything is.
    func read(_ ids: [String]) async throws -> [StoredInfo] {
        guard let backend, !ids.isEmpty else { return [] }
        return zip(ids, try await backend.results(of: ids)).compactMap { id, document in
            document.map { StoredInfo(taskID: id, info: TaskInfo($0)) }
        }
    }
}

extension ResultWaiting {
    /// Passes on what is stored about tasks, as it becomes known, until that is enough or the time is over.
    ///
    /// - Parameters:
    ///   - ids: The tasks whose announcements are listened to.
    ///   - reading: The tasks to read about next.
    ///   - isEnough: Takes the results; called by two readers, one at a time or not.
    private func wait(
        for ids: [String],
        timeout: Duration,
        reading: @escaping @Sendable () -> [String],
        until isEnough: @escaping @Sendable ([StoredInfo]) -> Bool
    ) async throws {
        // Most results that are asked for late are there already; then no subscription is needed.
        if isEnough(try await self.read(reading())) { return }
        guard let backend else { return }
        try await backend.withUpdates(of: ids) { updates in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for await update in updates {
                        if isEnough([StoredInfo(taskID: update.taskID, info: TaskInfo(update.document))]) { return }
                    }
                    // The announcements ended; the reader decides.
                    try await Task.sleep(for: timeout)
                }
                group.addTask {
                    while true {
                        if isEnough(try await self.readUnlessUnavailable(reading())) { return }
                        try await Task.sleep(for: self.pause)
                    }
                }
                group.addTask { try await Task.sleep(for: timeout) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    /// What is stored, or nothing while the backend is away: an outage within the timeout must not end the waiting.
    private func readUnlessUnavailable(_ ids: [String]) async throws -> [StoredInfo] {
        do {
            return try await self.read(ids)
        } catch let error as TaskBrokerError where error.code == .brokerUnavailable {
            return []
        }
    }
}
