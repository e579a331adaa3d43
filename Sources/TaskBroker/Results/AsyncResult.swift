package import CeleryProtocol

/// A handle to the result of what was sent, here or elsewhere: of a task, or of a group.
///
/// A group has no stored result of its own: it has ended when all its members have, and failed when one of them has. Its
/// ``group`` tells more.
public struct AsyncResult<Output: Sendable>: Sendable {
    /// The id with those of what it consists of and of what comes before.
    let node: ResultNode
    /// Where results are kept; `nil` only for a group without members.
    let backend: (any ResultBackend)?
    let decode: @Sendable (JSONValue) throws -> Output
    private let revoker: TaskRevoker?

    package init(
        _ node: ResultNode,
        backend: (any ResultBackend)?,
        revoker: TaskRevoker? = nil,
        decode: @escaping @Sendable (JSONValue) throws -> Output
    ) {
        self.node = node
        self.backend = backend
        self.decode = decode
        self.revoker = revoker
    }

    package init(
        id: String,
        backend: any ResultBackend,
        revoker: TaskRevoker? = nil,
        decode: @escaping @Sendable (JSONValue) throws -> Output
    ) {
        self.init(ResultNode(id: id), backend: backend, revoker: revoker, decode: decode)
    }
}

extension AsyncResult {
    /// The id of the task, or of the group.
    public var id: String { self.node.id }

    private var waiting: ResultWaiting { ResultWaiting(backend: self.backend) }
}

// MARK: Looking

extension AsyncResult {
    /// What is stored now, or `nil` while nothing is; of a group, once it has ended.
    public var info: TaskInfo? {
        get async throws {
            guard self.node.children == nil else { return try await self.tally(followsParents: false).outcome }
            return try await self.waiting.read([self.id]).first?.info
        }
    }

    /// The state; `PENDING` while nothing is stored.
    public var state: TaskState {
        get async throws { try await self.info?.state ?? .pending }
    }

    /// Whether the task has ended.
    public var ready: Bool {
        get async throws { try await self.state.isReady }
    }

    /// Deletes the stored result; of a group, those of its members.
    public func forget() async throws {
        try await self.backend?.forget(self.node.taskIDs)
    }

    private func tally(followsParents: Bool) async throws -> ResultTally {
        var tally = ResultTally(self.node, followsParents: followsParents)
        tally.record(try await self.waiting.read(tally.pending))
        return tally
    }
}

// MARK: Family

extension AsyncResult {
    /// What this continues: the task before it in a chain, the group of a chord's header.
    ///
    /// Known to who sent it, not to who made the handle of an id.
    public var parent: AsyncResult<JSONValue>? {
        self.node.parent.map { self.relative($0) }
    }

    /// What the task has sent: its callbacks, what follows it in a chain, and what it sent while it ran; the members of a group.
    ///
    /// Stored when the task ends, so it is empty before.
    public var children: [AsyncResult<JSONValue>] {
        get async throws {
            let nodes = if let members = self.node.children { members } else { try await self.info?.children ?? [] }
            return nodes.map { self.relative($0) }
        }
    }

    /// The members and how far they are, if this is the result of a group.
    public var group: GroupResult<Output>? {
        self.node.children == nil ? nil : GroupResult(self)
    }

    func relative(_ node: ResultNode) -> AsyncResult<JSONValue> {
        AsyncResult<JSONValue>(node, backend: self.backend, revoker: self.revoker) { $0 }
    }
}

// MARK: Revoking

extension AsyncResult {
    /// Keeps the task from starting, and of a group all of its members; what they become then is `REVOKED`.
    ///
    /// See ``TaskApp/revoke(_:terminate:)``.
    ///
    /// - Parameter terminate: Whether tasks that run are stopped; without it they finish.
    public func revoke(terminate: Bool = false) async throws {
        try await self.revoker?.revoke(self.node.taskIDs, terminate)
    }
}

// MARK: Waiting

extension AsyncResult {
    /// Waits for the end and returns the value.
    ///
    /// A task that comes before this one may have failed, and then this one never runs: its failure is thrown, as Celery does.
    ///
    /// - Throws: ``TaskFailure`` with what the task ended with, or the first member of a group that failed;
    ///   ``TaskBrokerError/Code/timedOut`` when it has not ended in time.
    public func get(timeout: Duration = .seconds(60)) async throws -> Output {
        guard let info = try await self.end(timeout: timeout) else {
            throw TaskBrokerError(
                .timedOut,
                "Task \(self.id) has not ended within \(timeout). It may still run: look with `taskctl status \(self.id)`."
            )
        }
        return try self.decode(info.value(of: self.id))
    }

    /// Waits for the end, which may be the failure of something that comes before; `nil` if it has not come in time.
    package func end(timeout: Duration) async throws -> TaskInfo? {
        try await self.waiting.outcome(of: ResultTally(self.node, followsParents: true), timeout: timeout)
    }

    /// Waits for the end; `nil` if it has not come in time.
    public func wait(timeout: Duration) async throws -> TaskInfo? {
        try await self.waiting.outcome(of: ResultTally(self.node, followsParents: false), timeout: timeout)
    }

    /// What the task tells about its progress, until it ends; of a group, its end.
    ///
    /// ```swift
    /// for try await info in result.progress { print(info.value) }
    /// ```
    public var progress: ProgressSequence { ProgressSequence(node: self.node, backend: self.backend) }
}
