import CeleryProtocol

/// `celery.chord_unlock`: joins a chord of a result backend that cannot count, by looking again and again.
///
/// Celery sends it with the results that its header will have; never with Redis as the backend.
enum ChordUnlocking {
    static let task = AnyTask.builtIn(
        "celery.chord_unlock",
        options: TaskOptions(ignoresResult: true),
        // As often as the message says, and only when this asks for it.
        retry: .fixed(.seconds(1), maxRetries: nil).when { _ in false }
    ) { context, arguments in
        let request = try Request(arguments)
        let group = ResultNode(id: request.groupID, children: request.members)
        var tally = ResultTally(group, followsParents: false, stopsAtFailure: false)
        tally.record(try await ResultWaiting(backend: context.app.backend).read(tally.pending))
        guard let outcome = tally.outcome else { throw try request.retry(context) }
        if outcome.state == .success {
            try await context.app.apply(request.callback, args: [outcome.value], isFollowUp: true)
        } else {
            try await context.fail(request.callback, group, tally)
        }
        return .null
    }
}

extension ChordUnlocking {
    /// What the message says.
    private struct Request {
        let groupID: String
        let callback: SignatureNode
        let interval: Double
        let maxRetries: Int?
        let members: [ResultNode]

        init(_ arguments: TaskArguments) throws {
            let names = ["group_id", "callback", "interval", "max_retries", "result"]
            // Celery passes on whatever the chord was applied with.
            let given = TaskArguments(arguments.positional, arguments.keyword.filter { names.contains($0.key) })
            var reader = try ArgumentReader(given, Parameters(count: names.count, names: names))
            self.groupID = try reader.next(String.self)
            self.callback = try reader.nextSignature()
            self.interval = try reader.next(Double?.self) ?? 1
            self.maxRetries = try reader.next(Int?.self)
            self.members = try reader.next([JSONValue].self).map { tuple in
                guard let node = ResultNode(json: tuple) else {
                    throw ArgumentMismatch("takes result tuples, but one is malformed")
                }
                return node
            }
        }

        func retry(_ context: TaskContext) throws -> TaskRetry {
            if let maxRetries, context.retries >= maxRetries {
                throw TaskFailure(
                    type: "MaxRetriesExceededError",
                    message: "Can't retry celery.chord_unlock[\(context.id)]",
                    module: "celery.exceptions"
                )
            }
            return context.retry(after: Duration(inSeconds: self.interval))
        }
    }
}

extension TaskContext {
    /// Fails the body of a chord: its result, and its errbacks.
    fileprivate func fail(_ body: SignatureNode, _ header: ResultNode, _ tally: ResultTally) async throws {
        let (culprit, exception) = tally.firstFailure(in: header)
        let error = ChordError.dependency(culprit, raised: exception)
        let continuation = TaskContinuation(headers: self.request.headers, embed: TaskEmbed(chord: body.json))
        let plan = continuation.chordFailure(error: error)
        try await self.app.backend.store(
            plan.failures.map { failure in
                let document = ResultDocument(
                    status: TaskState.failure.rawValue,
                    result: error.exception.json,
                    taskID: failure.taskID,
                    dateDone: self.app.clock(),
                    groupID: failure.groupID
                )
                let expires = self.app.configuration.resultExpires
                return ResultWrite(taskID: failure.taskID, payload: document.encoded(), expires: expires)
            }
        )
        try await self.app.send(plan.plan, isFollowUp: true)
    }
}
