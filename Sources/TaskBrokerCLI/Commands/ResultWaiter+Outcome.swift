import CeleryProtocol
import TaskBroker

extension ResultWaiter.Outcome {
    /// How a command that was asked for this task alone ends.
    var status: ExitStatus {
        switch self {
        case .ended(let info):
            switch info.state {
            case .success: .success
            case .revoked: .taskRevoked
            default: .taskFailed
            }
        case .unfinished: .tryAgain
        case .dead: .taskFailed
        case .unknown, .vanished: .notFound
        case .timedOut: .timedOut
        }
    }

    /// What has to be said beside the value; nothing about a success.
    func explanation(of id: String, _ program: String) -> String? {
        switch self {
        case .ended(let info):
            if info.state == .success { return nil }
            return info.exception.map(Self.text) ?? info.state.rawValue
        case .unfinished(let state, let place):
            return "Task \(id) has not ended: \(state), \(TaskLocation.sentence(place))."
        case .unknown:
            return """
                There is no task \(id): no result, and in no queue. Either it was never sent to this broker, or its \
                result has expired or was not to be stored. Check the id, and -b and --backend.
                """
        case .vanished:
            return "Task \(id) has left its queue without a result: it ignores results, or another backend keeps them."
        case .dead(let place):
            return
                "Task \(id) was given up: \(TaskLocation.sentence(place)). Run it again with `\(program) dead retry \(id)`."
        case .timedOut(let place):
            return """
                Task \(id) has not ended in time: \(TaskLocation.sentence(place)). It may still run; \
                look with `\(program) status \(id)`.
                """
        }
    }

    /// The document of `--json`.
    func document(_ id: String) -> JSONDocument {
        JSONDocument("result", self.members(id))
    }

    /// The members of the document of one task.
    func members(_ id: String) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "id": .string(id), "state": .null, "value": .null, "error": .null, "traceback": .null, "done": .null,
        ]
        switch self {
        case .ended(let info):
            members["state"] = .string(info.state.rawValue)
            members["done"] = .time(info.dateDone)
            members["traceback"] = .text(info.traceback)
            if info.state == .success {
                members["value"] = info.value
            } else if let exception = info.exception {
                members["error"] = ["type": .string(exception.type), "message": .string(Self.message(exception))]
            }
        case .unfinished(let state, _): members["state"] = .string(state.rawValue)
        case .timedOut: members["state"] = .string(TaskState.pending.rawValue)
        case .unknown, .vanished, .dead: break
        }
        return members
    }

    /// `Type: message`.
    static func text(_ exception: ExceptionDocument) -> String {
        let message = self.message(exception)
        return message.isEmpty ? exception.type : "\(exception.type): \(message)"
    }

    private static func message(_ exception: ExceptionDocument) -> String {
        exception.message.map { $0.stringValue ?? $0.description }.joined(separator: ", ")
    }
}
