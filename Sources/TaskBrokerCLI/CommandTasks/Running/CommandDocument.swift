import CeleryProtocol
import TaskBroker

/// What a command reads from its standard input: one JSON object (`docs/command-tasks.md`).
///
/// Members are only added; a member without a value is `null`, never absent.
struct CommandDocument: Sendable {
    let headers: TaskHeaders
    let delivery: DeliveryInfo
    let args: [JSONValue]
    let kwargs: [String: JSONValue]
    let limits: TimeLimits
}

extension CommandDocument {
    /// The object.
    var json: JSONValue {
        [
            "id": .string(self.headers.id),
            "task": .string(self.headers.task),
            "args": .array(self.args),
            "kwargs": .object(self.kwargs),
            "retries": .integer(Int64(self.headers.retries)),
            "redeliveries": .integer(Int64(self.delivery.redeliveries)),
            "queue": .string(self.delivery.queue),
            "root_id": .text(self.headers.rootID),
            "parent_id": .text(self.headers.parentID),
            "group_id": .text(self.headers.group),
            "eta": .time(self.headers.eta),
            "expires": .time(self.headers.expires),
            "headers": .object(self.headers.custom),
            "soft_time_limit": Self.seconds(self.limits.soft),
            "time_limit": Self.seconds(self.limits.hard),
        ]
    }

    /// The object with a newline, so that programs that read lines are content as well.
    var bytes: [UInt8] { self.json.serialized() + [UInt8(ascii: "\n")] }

    private static func seconds(_ limit: Duration?) -> JSONValue { limit.map { .double($0.inSeconds) } ?? .null }
}
