import CeleryProtocol
import Testing

@testable import TaskBroker

struct HostedMessageTests {
    private static let message = TaskMessage(
        headers: TaskHeaders(task: "tasks.add", id: "some id", retries: 3),
        properties: MessageProperties(deliveryTag: "tag", routingKey: "key"),
        args: [2, 5]
    ).encoded()

    private static func order(_ raw: [UInt8] = Self.message, _ summary: RunOrder.Summary? = nil) -> RunOrder {
        RunOrder(
            id: 1,
            raw: raw,
            queue: "celery",
            redeliveries: 4,
            storesResult: true,
            started: Timestamp(microseconds: 0),
            limits: TimeLimits(),
            summary: summary
        )
    }

    private static func summary() throws -> RunOrder.Summary {
        try #require(RunOrder.Summary(Envelope(decoding: Self.message)))
    }

    @Test func `a message says the same, whether it was read or is read when somebody asks`() throws {
        for order in [Self.order(), Self.order(Self.message, try Self.summary())] {
            let message = try HostedMessage(order)
            #expect(message.task == "tasks.add")
            #expect(try message.decodeBody().args == [2, 5])
            #expect(message.headers.id == "some id" && message.headers.retries == 3)
            #expect(message.delivery == DeliveryInfo(queue: "celery", routingKey: "key", redeliveries: 4))
        }
    }

    @Test func `nothing but the body is read before somebody asks`() throws {
        let summary = try Self.summary()
        // What comes after the body is broken.
        let raw = Array(Self.message[..<summary.body.upperBound])
        let message = try HostedMessage(Self.order(raw, summary))
        #expect(try message.decodeBody().args == [2, 5])
        #expect(message.headers.task == "tasks.add" && message.delivery.queue == "celery")
        #expect(throws: MessageError.self) { _ = try HostedMessage(Self.order(raw)) }
    }

    @Test func `a body that is none is refused`() throws {
        let summary = RunOrder.Summary(task: "tasks.add", body: 0..<Self.message.count)
        let message = try HostedMessage(Self.order(Self.message, summary))
        #expect(throws: MessageError.self) { _ = try message.decodeBody() }
    }

    @Test(arguments: [
        Sample.unusual(encoding: "utf-8"), Sample.unusual(compression: "application/x-gzip"),
        Sample.unusual(type: "application/x-yaml"), Sample.unusual(body: #"W1tdLCB7fSwge31d\u003d"#),
    ])
    func `a host reads unusual messages itself`(raw: String) throws {
        let envelope = try Envelope(decoding: Array(raw.utf8))
        #expect(RunOrder.Summary(envelope) == nil)
    }
}

private enum Sample {
    static func unusual(
        body: String = "W1tdLCB7fSwge31d",
        type: String = "application/json",
        encoding: String = "base64",
        compression: String? = nil
    ) -> String {
        let compressed = compression.map { #", "compression": "\#($0)""# } ?? ""
        return #"{"body": "\#(body)", "content-encoding": "utf-8", "content-type": "\#(type)", "#
            + #""headers": {"task": "t", "id": "i"\#(compressed)}, "properties": {"delivery_tag": "d", "#
            + #""delivery_info": {"exchange": "", "routing_key": "q"}, "body_encoding": "\#(encoding)"}}"#
    }
}
