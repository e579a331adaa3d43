import CeleryProtocol

/// Writes result documents as a Celery worker does (celery-wire §5).
struct ResultReports: Sendable {
    /// The node name of the worker.
    let node: String
    /// How long results are kept.
    let expires: Duration?
    /// Whether they tell the name, the arguments, the worker, the queue and the retries.
    let isExtended: Bool

    func success(_ value: JSONValue, _ envelope: Envelope, _ claim: Claim, _ now: Timestamp) -> ResultWrite {
        var document = self.document(.success, value, envelope, claim)
        document.dateDone = now
        document.children = []
        return self.write(document)
    }

    func failure(
        _ exception: ExceptionDocument,
        _ traceback: String?,
        _ envelope: Envelope,
        _ claim: Claim,
        _ now: Timestamp
    ) -> ResultWrite {
        var document = self.document(.failure, exception.json, envelope, claim)
        document.dateDone = now
        document.traceback = traceback
        document.children = []
        return self.write(document)
    }

    func retry(_ cause: ExceptionDocument?, _ envelope: Envelope, _ claim: Claim) -> ResultWrite {
        self.write(self.document(.retry, cause?.json ?? .null, envelope, claim))
    }

    func revoked(_ reason: String, _ envelope: Envelope, _ claim: Claim, _ now: Timestamp) -> ResultWrite {
        let exception = ExceptionDocument(
            type: "TaskRevokedError",
            message: [.string(reason)],
            module: "celery.exceptions"
        )
        var document = self.document(.revoked, exception.json, envelope, claim)
        document.dateDone = now
        return self.write(document)
    }

    func started(_ headers: TaskHeaders) -> ResultWrite {
        var document = ResultDocument(
            status: TaskState.started.rawValue,
            result: ["pid": .integer(Int64(ProcessInfo.pid)), "hostname": .string(self.node)],
            taskID: headers.id
        )
        document.groupID = headers.group
        document.parentID = headers.parentID
        return self.write(document)
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

    private func document(
        _ state: TaskState,
        _ value: JSONValue,
        _ envelope: Envelope,
        _ claim: Claim
    ) -> ResultDocument {
        let headers = envelope.headers
        var document = ResultDocument(status: state.rawValue, result: value, taskID: headers.id)
        document.groupID = headers.group
        document.parentID = headers.parentID
        guard self.isExtended else { return document }
        document.name = headers.task
        document.worker = self.node
        document.retries = headers.retries
        document.queue = claim.queue
        if let body = try? envelope.decodeBody() {
            document.args = .array(body.args)
            document.kwargs = .object(body.kwargs)
        }
        return document
    }

    private func write(_ document: ResultDocument) -> ResultWrite {
        ResultWrite(taskID: document.taskID, payload: document.encoded(), expires: self.expires)
    }
}
