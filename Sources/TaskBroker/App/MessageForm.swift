import CeleryProtocol

/// What the messages of calls with the same task and options have in common: nearly all of their bytes, and where and how they go.
///
/// A class, because every draft of a batch refers to it.
final class MessageForm: Sendable {
    /// The messages but for ids and arguments.
    let template: MessageTemplate
    let destination: Destination
    let priority: Int
    let unique: UniqueKey?
    let durability: PublishDurability
    let publishRetry: Duration?
    /// Whether later calls have the same form: nothing in it depends on the time or on who calls.
    let isLasting: Bool

    init(
        _ message: TaskMessage,
        destination: Destination,
        priority: Int,
        unique: UniqueKey?,
        durability: PublishDurability,
        publishRetry: Duration?,
        isLasting: Bool = false
    ) {
        self.template = MessageTemplate(message)
        self.destination = destination
        self.priority = priority
        self.unique = unique
        self.durability = durability
        self.publishRetry = publishRetry
        self.isLasting = isLasting
    }
}

extension MessageForm {
    /// The message of a call.
    ///
    /// - Parameters:
    ///   - id: The task's id; a new UUID if there is none.
    ///   - generator: Makes the ids.
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` for an id that others choke on.
    func draft(
        _ arguments: TaskArguments,
        id: String?,
        using generator: inout some RandomNumberGenerator
    ) throws(TaskBrokerError) -> MessageDraft {
        if let id { try Self.validate(id) }
        let call = MessageCall(
            id: id ?? Identifier.uuid4(using: &generator),
            deliveryTag: Identifier.uuid4(using: &generator),
            args: arguments.positional,
            kwargs: arguments.keyword
        )
        return MessageDraft(call, form: self)
    }

    /// A form for this message, which goes the same way.
    func replacing(_ message: TaskMessage) -> MessageForm {
        MessageForm(
            message,
            destination: self.destination,
            priority: self.priority,
            unique: self.unique,
            durability: self.durability,
            publishRetry: self.publishRetry
        )
    }

    private static func validate(_ id: String) throws(TaskBrokerError) {
        do throws(MessageError) {
            try NameRules.validate(id: id)
        } catch {
            throw TaskBrokerError(.invalidConfiguration, error.message)
        }
    }
}
