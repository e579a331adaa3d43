import CeleryProtocol
import Synchronization

/// The message of a task, as its host knows it: read in whole, or only as far as somebody wants to know.
///
/// A supervisor has read a message before it hands it to another process, and says what most tasks need of it: which task it is, and
/// where its arguments are. To read all of it again is half of what a small task costs a host, so that waits until somebody asks.
final class HostedMessage: Sendable {
    /// A message that was read, and how it was delivered.
    private struct Reading {
        let envelope: Envelope
        let delivery: DeliveryInfo
    }

    /// The name of the task.
    let task: String
    /// What to read when somebody asks.
    private let order: RunOrder?
    private let reading: Mutex<Reading?>

    /// A message that was read.
    init(_ envelope: Envelope, _ delivery: DeliveryInfo) {
        self.task = envelope.headers.task
        self.order = nil
        self.reading = Mutex(Reading(envelope: envelope, delivery: delivery))
    }

    /// The message of an order, which is read now unless the order says where its body is.
    init(_ order: RunOrder) throws(MessageError) {
        if let summary = order.summary {
            self.task = summary.task
            self.order = order
            self.reading = Mutex(nil)
        } else {
            let reading = try Self.read(order)
            self.task = reading.envelope.headers.task
            self.order = nil
            self.reading = Mutex(reading)
        }
    }

    private static func read(_ order: RunOrder) throws(MessageError) -> Reading {
        let envelope = try Envelope(decoding: order.raw)
        return Reading(
            envelope: envelope,
            delivery: DeliveryInfo(queue: order.queue, redeliveries: order.redeliveries, envelope)
        )
    }
}

extension HostedMessage {
    /// Decodes the arguments and what follows the task.
    func decodeBody() throws(MessageError) -> TaskBody {
        if let order, let summary = order.summary {
            return try Envelope.plainBody(of: order.raw, at: summary.body)
        }
        return try self.whole()?.envelope.decodeBody() ?? TaskBody()
    }

    /// The headers.
    var headers: TaskHeaders { self.whole()?.envelope.headers ?? TaskHeaders(task: self.task, id: "") }

    /// How it was delivered.
    var delivery: DeliveryInfo {
        self.whole()?.delivery ?? DeliveryInfo(queue: self.order?.queue ?? "", routingKey: "")
    }

    /// The message; `nil` if a supervisor says where its body is although it cannot be read.
    private func whole() -> Reading? {
        self.reading.withLock { reading in
            if reading == nil, let order { reading = try? Self.read(order) }
            return reading
        }
    }
}
