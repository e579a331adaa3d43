package import CeleryProtocol

/// What a message says about the task that runs: shared by every copy of its ``TaskContext``.
package final class TaskRequest: Sendable {
    /// The headers of the message.
    package let headers: TaskHeaders
    /// How it was delivered.
    package let delivery: DeliveryInfo

    package init(headers: TaskHeaders, delivery: DeliveryInfo) {
        self.headers = headers
        self.delivery = delivery
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
