package import CeleryProtocol
import Synchronization

/// What a message says about the task that runs: shared by every copy of its ``TaskContext``.
package final class TaskRequest: Sendable {
    private enum Source {
        case message(HostedMessage)
        case made(TaskHeaders, DeliveryInfo)
    }

    /// What follows the task.
    package let embed: TaskEmbed
    private let source: Source
    private let sent = Mutex<[ResultNode]>([])

    /// What a message says.
    init(_ message: HostedMessage, embed: TaskEmbed) {
        self.source = .message(message)
        self.embed = embed
    }

    /// What no message says: of a task that is called directly.
    package init(headers: TaskHeaders, delivery: DeliveryInfo, embed: TaskEmbed = TaskEmbed()) {
        self.source = .made(headers, delivery)
        self.embed = embed
    }
}

extension TaskRequest {
    /// The headers of the message.
    package var headers: TaskHeaders {
        switch self.source {
        case .message(let message): message.headers
        case .made(let headers, _): headers
        }
    }

    /// How it was delivered.
    package var delivery: DeliveryInfo {
        switch self.source {
        case .message(let message): message.delivery
        case .made(_, let delivery): delivery
        }
    }
}

extension TaskRequest {
    /// How many children are remembered; a task that sends a million others must not store them all in its result.
    private static let maximumChildren = 10_000

    /// What the task has sent so far: the `children` of its result.
    package var children: [ResultNode] { self.sent.withLock { $0 } }

    /// Remembers something that the task has sent.
    func addChildren(_ nodes: [ResultNode]) {
        self.sent.withLock { $0 += nodes.prefix(max(0, Self.maximumChildren - $0.count)) }
    }
}

/// How a task's message came to the worker.
public struct DeliveryInfo: Hashable, Sendable {
    /// The queue that it was taken from.
    public let queue: String
    /// The exchange that it was sent to; empty for a queue's own.
    public let exchange: String
    /// The routing key that it was sent with.
    public let routingKey: String
    /// The priority that it was sent with.
    public let priority: Int
    /// How often it was handed out before to a worker that did not finish it; not counted as a retry.
    public let redeliveries: Int

    package init(queue: String, exchange: String = "", routingKey: String, priority: Int = 0, redeliveries: Int = 0) {
        self.queue = queue
        self.exchange = exchange
        self.routingKey = routingKey
        self.priority = priority
        self.redeliveries = redeliveries
    }
}
