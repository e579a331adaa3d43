import CeleryProtocol
import FoundationEssentials
import TaskBroker
import Testing

/// A task to send, in words that both producers understand.
struct Call: Sendable {
    var task: String
    var args: [JSONValue] = []
    var kwargs: [String: JSONValue] = [:]
    var id: String?
    /// Seconds.
    var countdown: Double?
    /// Seconds since 1970.
    var eta: Double?
    /// Seconds.
    var expires: Double?
    var priority: Int?
    /// Seconds.
    var softTimeLimit: Double?
    /// Seconds.
    var timeLimit: Double?
    var headers: [String: JSONValue] = [:]
    var exchange: String?
    var routingKey: String?
    /// The queue; none for a task that is routed by its name.
    var queue: String?

    init(_ task: String, _ args: [JSONValue] = [], _ kwargs: [String: JSONValue] = [:]) {
        self.task = task
        self.args = args
        self.kwargs = kwargs
    }

    /// The same call with something changed.
    func with(_ change: (inout Self) -> Void) -> Self {
        var call = self
        change(&call)
        return call
    }
}

extension Call {
    /// The call for our producer.
    var options: TaskOptions {
        TaskOptions(
            countdown: self.countdown.map { .seconds($0) },
            eta: self.eta.map { Date(timeIntervalSince1970: $0) },
            expires: self.expires.map { .seconds($0) },
            queue: self.queue,
            exchange: self.exchange,
            routingKey: self.routingKey,
            priority: self.priority,
            timeLimit: self.timeLimit.map { .seconds($0) },
            softTimeLimit: self.softTimeLimit.map { .seconds($0) },
            taskID: self.id,
            headers: self.headers
        )
    }

    /// The call for the Python peer.
    var command: [String: JSONValue] {
        var options: [String: JSONValue] = [:]
        var expressions: [String: JSONValue] = [:]
        options["queue"] = self.queue.map { .string($0) }
        options["exchange"] = self.exchange.map { .string($0) }
        options["routing_key"] = self.routingKey.map { .string($0) }
        options["task_id"] = self.id.map { .string($0) }
        options["countdown"] = self.countdown.map { .double($0) }
        options["expires"] = self.expires.map { .double($0) }
        options["priority"] = self.priority.map { .integer(Int64($0)) }
        options["soft_time_limit"] = self.softTimeLimit.map { .double($0) }
        options["time_limit"] = self.timeLimit.map { .double($0) }
        if !self.headers.isEmpty { options["headers"] = .object(self.headers) }
        // Celery wants a datetime, which JSON does not have.
        expressions["eta"] = self.eta.map { "datetime.datetime.fromtimestamp(\($0), datetime.timezone.utc)" }
        return [
            "task": .string(self.task),
            "args": .array(self.args),
            "kwargs": .object(self.kwargs),
            "options": .object(options),
            "expressions": .object(expressions),
        ]
    }
}

/// Who sends, and who works.
enum Direction: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case pythonToSwift
    case swiftToPython

    /// The queue from which only the worker of this direction takes.
    var queue: String { self == .pythonToSwift ? "swift" : "python" }

    var testDescription: String { self == .pythonToSwift ? "Python → our worker" : "we → Python worker" }
}
