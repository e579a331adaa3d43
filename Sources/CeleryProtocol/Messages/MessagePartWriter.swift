/// Writes the parts of messages: those that a message has set for all calls, and those that each call has of its own.
///
/// Apart from ``TaskMessage``, because it is asked seven times for each message, and that is made of dozens of references.
struct MessagePartWriter: Sendable {
    private let rootID: String?
    private let argsrepr: String?
    private let kwargsrepr: String?
    /// `nil` stands for the task's id.
    private let correlationID: String?

    /// Takes from a message what it has set for all calls.
    init(_ message: TaskMessage) {
        self.rootID = message.headers.rootID
        self.argsrepr = message.headers.argsrepr
        self.kwargsrepr = message.headers.kwargsrepr
        let isTaskID = message.properties.correlationID == message.headers.id
        self.correlationID = isTaskID ? nil : message.properties.correlationID
    }
}

extension MessagePartWriter {
    /// Writes one part of the message of a call, whose body is JSON already.
    func write(_ part: MessagePart, of call: MessageCall, body: [UInt8], to writer: inout JSONWriter) {
        switch part {
        case .body: Base64.append(body, to: &writer.bytes)
        case .id: writer.write(call.id)
        case .rootID: writer.write(self.rootID ?? call.id)
        case .argsrepr: writer.write(self.argsrepr ?? PythonRepr.tuple(call.args))
        case .kwargsrepr: writer.write(self.kwargsrepr ?? PythonRepr.dictionary(call.kwargs))
        case .correlationID: writer.write(self.correlationID ?? call.id)
        case .deliveryTag: writer.write(call.deliveryTag)
        }
    }
}
