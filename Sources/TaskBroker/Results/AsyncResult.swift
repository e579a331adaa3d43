package import CeleryProtocol

/// A handle to the result of a task that was sent, here or elsewhere.
public struct AsyncResult<Output: Sendable>: Sendable {
    /// The id of the task.
    public let id: String
    let backend: any ResultBackend
    let decode: @Sendable (JSONValue) throws -> Output
    /// Revokes the task; the argument says whether to stop it if it runs.
    private let revocation: @Sendable (Bool) async throws -> Void

    package init(
        id: String,
        backend: any ResultBackend,
        decode: @escaping @Sendable (JSONValue) throws -> Output,
        revocation: @escaping @Sendable (Bool) async throws -> Void
    ) {
        self.id = id
        self.backend = backend
        self.decode = decode
        self.revocation = revocation
    }
}

// MARK: Looking

extension AsyncResult {
    /// What is stored now, or `nil` while nothing is.
    public var info: TaskInfo? {
        get async throws { try await self.backend.results(of: [self.id])[0].map(TaskInfo.init) }
    }

    /// The state; `PENDING` while nothing is stored.
    public var state: TaskState {
        get async throws { try await self.info?.state ?? .pending }
    }

    /// Whether the task has ended.
    public var ready: Bool {
        get async throws { try await self.state.isReady }
    }

    /// Deletes the stored result.
    public func forget() async throws {
        try await self.backend.forget(self.id)
    }
}

// MARK: Revoking

extension AsyncResult {
    /// Keeps the task from starting; what it becomes then is `REVOKED`.
    ///
    /// - Parameter terminate: Whether it is stopped if it runs; without it a running task finishes.
    public func revoke(terminate: Bool = false) async throws {
        try await self.revocation(terminate)
    }
}

// MARK: Waiting

extension AsyncResult {
    /// Waits for the task to end and returns its value.
    ///
    /// - Throws: ``TaskFailure`` with what the task ended with; ``TaskBrokerError/Code/timedOut`` when it has not ended in time.
    public func get(timeout: Duration = .seconds(60)) async throws -> Output {
        guard let info = try await self.wait(timeout: timeout) else {
            throw TaskBrokerError(
                .timedOut,
                "Task \(self.id) has not ended within \(timeout). It may still run: look with `taskctl status \(self.id)`."
            )
        }
        return try self.decode(info.value(of: self.id))
    }

    /// Waits for the task to end; `nil` if it has not in time.
    public func wait(timeout: Duration) async throws -> TaskInfo? {
        try await ResultWaiting(id: self.id, backend: self.backend).first(timeout: timeout) { $0.state.isReady }
    }

    /// What the task tells about its progress, until it ends.
    ///
    /// ```swift
    /// for try await info in result.progress { print(info.value) }
    /// ```
    public var progress: ProgressSequence { ProgressSequence(id: self.id, backend: self.backend) }
}
