/// The messages of calls that have task and options in common, and with them most of their bytes, which are written once.
///
/// ```swift
/// let template = MessageTemplate(message)
/// let payloads = try calls.map { try template.encoded($0) }
/// ```
package struct MessageTemplate: Sendable {
    /// What they have in common.
    ///
    /// Ids and arguments in it are not; root id and `repr`s are if they are set, and the correlation id if it is not the id.
    private let message: TaskMessage
    private let parts: MessagePartWriter
    /// A message without the parts that differ.
    private let text: [UInt8]
    /// Where in ``text`` those belong.
    private let gaps: [(part: MessagePart, offset: Int)]
    /// What stands behind the arguments in each body.
    private let endOfBody: BodyEnd
    /// What a worker takes.
    let limits: MessageLimits
    /// Whether a worker would take none of them.
    let isTooDeep: Bool

    /// Creates the template of messages like this one.
    package init(_ message: TaskMessage, limits: MessageLimits = .default) {
        self.message = message
        self.parts = MessagePartWriter(message)
        self.limits = limits
        self.isTooDeep = message.isTooDeep(for: limits)
        var writer = JSONWriter(capacity: 1024)
        var gaps: [(part: MessagePart, offset: Int)] = []
        gaps.reserveCapacity(7)
        writer.writeMessage(message) { part, writer in gaps.append((part, writer.bytes.count)) }
        self.text = writer.bytes
        self.gaps = gaps
        var body = JSONWriter(capacity: 128)
        body.writeEndOfBody(message.embed)
        self.endOfBody = BodyEnd(body.bytes)
    }
}

extension MessageTemplate {
    /// The name of the task.
    var task: String { self.message.headers.task }

    /// The message of a call as kombu writes it, of any size.
    func bytes(of call: MessageCall) -> [UInt8] {
        var arguments = JSONWriter(capacity: 64)
        arguments.writeArguments(call.args, call.kwargs)
        let bodyCount = self.endOfBody.textCount(after: arguments.bytes.count)
        var writer = JSONWriter(capacity: self.text.count + bodyCount + Self.roomForIDs)
        let text = self.text.span
        var start = 0
        for gap in self.gaps {
            writer.append(text.extracting(start..<gap.offset))
            start = gap.offset
            if case .body = gap.part {
                self.endOfBody.append(after: &arguments, to: &writer)
            } else {
                self.parts.write(gap.part, of: call, body: [], to: &writer)
            }
        }
        writer.append(text.extracting(start...))
        return writer.bytes
    }

    /// Four UUIDs, and a text for each kind of arguments.
    private static let roomForIDs = 256

    /// The message of a call.
    package func message(of call: MessageCall) -> TaskMessage {
        var message = self.message
        message.headers.id = call.id
        message.headers.rootID = message.headers.rootID ?? call.id
        message.headers.argsrepr = message.headers.argsrepr ?? PythonRepr.tuple(call.args)
        message.headers.kwargsrepr = message.headers.kwargsrepr ?? PythonRepr.dictionary(call.kwargs)
        if message.properties.correlationID == self.message.headers.id { message.properties.correlationID = call.id }
        message.properties.deliveryTag = call.deliveryTag
        message.args = call.args
        message.kwargs = call.kwargs
        return message
    }
}
