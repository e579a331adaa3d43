import CeleryProtocol
import Testing

/// What a template writes is what the whole message is written as, to the byte.
struct MessageTemplateTests {
    private static let calls = [
        MessageCall(id: "3a5e", deliveryTag: "d1", args: [2, 2], kwargs: [:]),
        MessageCall(id: "with \"quotes\" and é", deliveryTag: "d2", args: [], kwargs: ["name": "Zoë", "n": .null]),
        MessageCall(id: "c", deliveryTag: "d3", args: [.string(String(repeating: "x", count: 3000))], kwargs: [:]),
    ]

    @Test(arguments: [TaskHeaders(task: "t", id: ""), TaskHeaders(task: "t", id: "", rootID: "r", parentID: "p")])
    func `writes each call as if it were alone`(headers: TaskHeaders) throws {
        let properties = MessageProperties(deliveryTag: "", routingKey: "q", correlationID: "", replyTo: "me")
        let embed = TaskEmbed(callbacks: [["task": "next"]])
        let template = MessageTemplate(TaskMessage(headers: headers, properties: properties, embed: embed))
        for call in Self.calls {
            let message = template.message(of: call)
            #expect(message.headers.id == call.id)
            #expect(message.headers.rootID == headers.rootID ?? call.id)
            #expect(message.properties.correlationID == call.id)
            #expect(message.properties.deliveryTag == call.deliveryTag)
            #expect(message.args == call.args && message.kwargs == call.kwargs && message.embed == embed)
            #expect(try template.encoded(call) == message.encoded())
        }
    }

    @Test func `writes the end of a body behind arguments of any length`() throws {
        let properties = MessageProperties(deliveryTag: "", routingKey: "q", correlationID: "")
        let template = MessageTemplate(TaskMessage(headers: TaskHeaders(task: "t", id: ""), properties: properties))
        for length in 0..<7 {
            let args: [JSONValue] = [.string(String(repeating: "x", count: length))]
            let call = MessageCall(id: "i", deliveryTag: "d", args: args, kwargs: [:])
            #expect(try template.encoded(call) == template.message(of: call).encoded(), "\(length)")
        }
    }

    @Test func `leaves alone what a message says by itself`() throws {
        let headers = TaskHeaders(task: "t", id: "i", rootID: "r", argsrepr: "(hidden)", kwargsrepr: "{hidden}")
        let properties = MessageProperties(deliveryTag: "d", routingKey: "q", correlationID: "another")
        let message = TaskMessage(headers: headers, properties: properties, args: ["secret"], kwargs: [:])
        let template = MessageTemplate(message)
        #expect(template.message(of: MessageCall(message)) == message)
        #expect(try template.encoded(MessageCall(message)) == message.encoded())
    }
}
