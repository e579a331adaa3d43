public import CeleryProtocol

/// A handle to the results of tasks that run all at once.
///
/// Of ``AsyncResult/group`` when a group was sent, or of ``TaskApp/groupResult(for:)`` when it was saved.
public struct GroupResult<Output: Sendable>: Sendable {
    private let result: AsyncResult<Output>

    init(_ result: AsyncResult<Output>) {
        self.result = result
    }
}

extension GroupResult {
    /// The id of the group.
    public var id: String { self.result.id }

    /// What the group continues, if it stands in a chain.
    public var parent: AsyncResult<JSONValue>? { self.result.parent }

    /// The members, in order; a member that is itself a group has a ``AsyncResult/group``.
    public var results: [AsyncResult<JSONValue>] {
        (self.result.node.children ?? []).map { self.result.relative($0) }
    }

    /// Waits for all members and returns their values, in order.
    ///
    /// - Throws: ``TaskFailure`` as soon as one of them fails; ``TaskBrokerError/Code/timedOut``.
    public func get(timeout: Duration = .seconds(60)) async throws -> Output {
        try await self.result.get(timeout: timeout)
    }

    /// Waits for all members, whether they succeed or fail.
    ///
    /// - Parameters:
    ///   - timeout: How long.
    ///   - report: Called whenever more members have ended, from any thread.
    /// - Returns: How they have ended so far when they all have, or the time is over.
    public func wait(
        timeout: Duration,
        reporting report: (@Sendable (GroupProgress) -> Void)? = nil
    ) async throws -> GroupProgress {
        let tally = ResultTally(self.result.node, followsParents: false, stopsAtFailure: false)
        let latest = LatestProgress(GroupProgress(tally))
        _ = try await ResultWaiting(backend: self.result.backend).outcome(of: tally, timeout: timeout) { progress in
            if latest.advance(to: progress) { report?(progress) }
        }
        return latest.value
    }
}

// MARK: Looking

extension GroupResult {
    /// How many members have ended, and how.
    public var progress: GroupProgress {
        get async throws {
            var tally = ResultTally(self.result.node, followsParents: false, stopsAtFailure: false)
            tally.record(try await ResultWaiting(backend: self.result.backend).read(tally.pending))
            return GroupProgress(tally)
        }
    }

    /// What is stored about each task of the group, those of groups in it included, in order; asked for all at once.
    public var members: [GroupMember] {
        get async throws {
            let ids = self.result.node.taskIDs
            let stored = try await ResultWaiting(backend: self.result.backend).read(ids)
            let infos = Dictionary(stored.map { ($0.taskID, $0.info) }) { first, _ in first }
            return ids.map { GroupMember(id: $0, info: infos[$0]) }
        }
    }

    /// How many members have succeeded, as Celery counts.
    public var completedCount: Int {
        get async throws { try await self.progress.succeeded }
    }

    /// Whether all members have ended.
    public var ready: Bool {
        get async throws { try await self.progress.isReady }
    }

    /// Whether all members have succeeded.
    public var successful: Bool {
        get async throws {
            let progress = try await self.progress
            return progress.succeeded == progress.total
        }
    }

    /// Whether a member has failed or was revoked.
    public var failed: Bool {
        get async throws { try await self.progress.failed > 0 }
    }
}

// MARK: Revoking

extension GroupResult {
    /// Keeps all members from starting; they become `REVOKED` instead.
    ///
    /// - Parameter terminate: Whether members that run are stopped; without it they finish.
    public func revoke(terminate: Bool = false) async throws {
        try await self.result.revoke(terminate: terminate)
    }
}

// MARK: Keeping

extension GroupResult {
    /// Stores which members the group has, to be found by its id as long as results are kept; Celery's `GroupResult.restore`
    /// finds it, too.
    public func save(expires: Duration? = .seconds(86_400)) async throws {
        try await self.result.backend?.prepare(
            groups: [SavedGroup(node: self.result.node)],
            chords: [],
            expires: expires
        )
    }

    /// Deletes the results of all members.
    public func forget() async throws {
        try await self.result.forget()
    }

    /// Deletes what ``save(expires:)`` has stored; the results stay.
    public func delete() async throws {
        try await self.result.backend?.forgetGroup(self.id)
    }
}

/// A task of a group, at one moment.
public struct GroupMember: Sendable, Hashable {
    /// The id of the task.
    public let id: String
    /// What is stored about it, or `nil` while nothing is.
    public let info: TaskInfo?
}
