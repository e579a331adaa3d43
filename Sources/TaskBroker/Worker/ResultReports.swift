import CeleryProtocol

/// Writes result documents as a Celery worker does (celery-wire §5).
struct ResultReports: Sendable {
    /// The node name of the worker.
    let node: String
    /// How long results are kept.
    let expires: Duration?
    /// Whether they tell the name, the arguments, the worker, the queue and the retries.
    let isExtended: Bool
    /// What results may cost.
    var limits = ResultLimits()

    func success(_ attempt: Attempt, _ value: JSONValue, children: [ResultNode], _ now: Timestamp) -> ResultWrite {
        var document = self.document(.success, value, attempt)
        document.dateDone = now
        document.children = .array(children.map(\.json))
        return self.write(document)
    }

    func failure(
        _ attempt: Attempt,
        _ exception: ExceptionDocument,
        _ traceback: String?,
        children: [ResultNode],
        _ now: Timestamp
    ) -> ResultWrite {
        var document = self.document(.failure, exception.json, attempt)
        document.dateDone = now
        document.traceback = traceback
        document.children = .array(children.map(\.json))
        return self.write(document)
    }

    func retry(_ attempt: Attempt, _ cause: ExceptionDocument?) -> ResultWrite {
        self.write(self.document(.retry, cause?.json ?? .null, attempt))
    }

    func revoked(_ attempt: Attempt, _ exception: ExceptionDocument, _ now: Timestamp) -> ResultWrite {
        var document = self.document(.revoked, exception.json, attempt)
        document.dateDone = now
        return self.write(document)
    }

    func started(_ attempt: Attempt) -> ResultWrite {
        let details = ResultDocument.startDetails(pid: ProcessInfo.pid, node: self.node)
        return self.write(self.document(.started, details, attempt))
    }

    /// The failure of a task that will not run because one before it failed.
    func failure(
        _ failed: FailedResult,
        _ exception: ExceptionDocument,
        _ traceback: String?,
        children: [ResultNode],
        _ now: Timestamp
    ) -> ResultWrite {
        var document = ResultDocument(
            status: TaskState.failure.rawValue,
            result: (failed.exception ?? exception).json,
            taskID: failed.taskID,
            traceback: traceback
        )
        document.dateDone = now
        document.groupID = failed.groupID
        document.children = .array((children + failed.children).map(\.json))
        return self.write(document)
    }

    /// For a task of which nothing but the id is known.
    func revoked(taskID: String, _ now: Timestamp) -> ResultWrite {
        self.write(
            ResultDocument(
                status: TaskState.revoked.rawValue,
                result: ExceptionDocument.revoked("revoked").json,
                taskID: taskID,
                dateDone: now
            )
        )
    }

    /// For a message that could not be read but names its task.
    func unreadable(_ error: MessageError, taskID: String, _ now: Timestamp) -> ResultWrite {
        var document = ResultDocument(
            status: TaskState.failure.rawValue,
            result: error.exception.json,
            taskID: taskID
        )
        document.dateDone = now
        return self.write(document)
    }

    private func document(_ state: TaskState, _ value: JSONValue, _ attempt: Attempt) -> ResultDocument {
        let headers = attempt.headers
        var document = ResultDocument(status: state.rawValue, result: value, taskID: headers.id)
        document.groupID = headers.group
        document.parentID = headers.parentID
        guard self.isExtended, state != .started else { return document }
        document.name = headers.task
        document.worker = self.node
        document.retries = headers.retries
        document.queue = attempt.message.claim.queue
        document.setStamps(of: headers)
        // Not worth a result: what is too large for one is left out.
        if attempt.message.raw.count <= self.limits.maximumBytes, let body = try? attempt.envelope.decodeBody() {
            document.args = .array(body.args)
            document.kwargs = .object(body.kwargs)
        }
        return document
    }

    private func write(_ document: ResultDocument) -> ResultWrite {
        ResultWrite(taskID: document.taskID, payload: document.encoded(), expires: self.expires)
    }
}
