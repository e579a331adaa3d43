import CeleryProtocol

/// What a supervisor wants of user code besides running tasks: the frame `ask`, answered by `answer`.
enum HostQuestion: Sendable {
    /// Call an error handler with a task that has failed.
    case handle(FailedTask, SignatureNode)
    /// Make the messages of a canvas, as a producer of the app would: routes and middleware are user code.
    case messages([CanvasCall])
}

private enum QuestionName: String {
    case handle
    case messages
}

extension HostQuestion {
    /// The frame that says so.
    func frame(_ id: Int64) -> HostFrame {
        switch self {
        case .handle(let failed, let handler):
            var head: HostMembers = [
                .id: .integer(id),
                .method: .string(QuestionName.handle.rawValue),
                .task: .string(failed.id),
                .exception: failed.exception.json,
                .handler: handler.json,
            ]
            head[.name] = failed.name.map { .string($0) }
            head[.traceback] = failed.traceback.map { .string($0) }
            return HostFrame(.ask, head)
        case .messages(let calls):
            return HostFrame(
                .ask,
                [.id: .integer(id), .method: .string(QuestionName.messages.rawValue)],
                body: JSONValue.array(calls.map(\.json)).serialized()
            )
        }
    }

    /// Reads a question; `nil` for one that this version does not know.
    init?(_ frame: HostFrame) throws(HostProtocolError) {
        guard let name = QuestionName(rawValue: try frame.string(.method)) else { return nil }
        switch name {
        case .handle:
            guard let json = frame[.handler], let handler = try? SignatureNode(json: json) else {
                throw .badField(.handler, of: frame.kind)
            }
            let failed = FailedTask(
                id: try frame.string(.task),
                name: frame[.name]?.stringValue,
                exception: frame[.exception].map { ExceptionDocument($0) } ?? .unspecified,
                traceback: frame[.traceback]?.stringValue
            )
            self = .handle(failed, handler)
        case .messages:
            let calls = try JSONValue(body: frame.body, of: frame.kind).arrayValue ?? []
            let read = calls.compactMap { CanvasCall(json: $0) }
            guard read.count == calls.count else { throw .badBody(of: frame.kind, "a call has no task") }
            self = .messages(read)
        }
    }
}

// MARK: The calls of a canvas

extension CanvasCall {
    fileprivate var json: JSONValue {
        var members: HostMembers = [
            .task: .string(self.task),
            .args: .array(self.args),
            .kwargs: .object(self.kwargs),
            .options: .object(self.options),
        ]
        members[.callbacks] = self.embed.callbacks.map { .array($0) }
        members[.errbacks] = self.embed.errbacks.map { .array($0) }
        members[.chain] = self.embed.chain.map { .array($0) }
        members[.chord] = self.embed.chord
        if !self.embed.custom.isEmpty { members[.embed] = .object(self.embed.custom) }
        return JSONValue(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let task = json[.task]?.stringValue else { return nil }
        self.init(
            task: task,
            args: json[.args]?.arrayValue ?? [],
            kwargs: json[.kwargs]?.objectValue ?? [:],
            options: json[.options]?.objectValue ?? [:],
            embed: TaskEmbed(
                callbacks: json[.callbacks]?.arrayValue,
                errbacks: json[.errbacks]?.arrayValue,
                chain: json[.chain]?.arrayValue,
                chord: json[.chord],
                custom: json[.embed]?.objectValue ?? [:]
            )
        )
    }
}
