import CeleryProtocol

/// A message that is complete but not encoded, with where and how it goes.
struct MessageDraft: Sendable {
    /// What is its own.
    private let call: MessageCall
    /// What it shares with others of its batch.
    let form: MessageForm
    var durability: PublishDurability
    var publishRetry: Duration?

    init(_ call: MessageCall, form: MessageForm) {
        self.call = call
        self.form = form
        self.durability = form.durability
        self.publishRetry = form.publishRetry
    }
}

extension MessageDraft {
    /// How long sending under a unique key is tried again, unless the options say.
    private static let defaultRetry = Duration.seconds(10)
    /// How late a command may arrive, after the last attempt, and still meet the key of the first.
    private static let keyMargin = Duration.seconds(600)

    /// The task's id.
    var id: String { self.call.id }
    var destination: Destination { self.form.destination }
    var priority: Int { self.form.priority }
    /// The message as middleware and monitors see it.
    var message: TaskMessage { self.form.template.message(of: self.call) }

    func replacing(_ message: TaskMessage) -> Self {
        var draft = Self(MessageCall(message), form: self.form.replacing(message))
        draft.durability = self.durability
        draft.publishRetry = self.publishRetry
        return draft
    }

    /// What a producer sends.
    ///
    /// - Throws: ``TaskBrokerError/Code/messageTooLarge`` if no worker would take it.
    func publication() throws(TaskBrokerError) -> Publication {
        try self.publication(unique: self.claim, self.durability)
    }

    /// What a worker sends in the step that ends a task: it is as safe as that step, and never sent twice.
    ///
    /// - Throws: ``TaskBrokerError/Code/messageTooLarge`` if no worker would take it.
    func followUp() throws(TaskBrokerError) -> Publication {
        try self.publication(unique: self.form.unique.map { .init(key: $0, taskID: self.id) }, .acknowledged)
    }

    private func publication(
        unique: Publication.UniqueClaim?,
        _ durability: PublishDurability
    ) throws(TaskBrokerError) -> Publication {
        do throws(MessageError) {
            return Publication(
                destination: self.destination,
                priority: self.priority,
                payload: try self.form.template.encoded(self.call),
                unique: unique,
                durability: durability
            )
        } catch {
            throw TaskBrokerError(.messageTooLarge, error.message, underlyingError: error)
        }
    }

    private var claim: Publication.UniqueClaim? {
        if let unique = self.form.unique {
            let window = min(self.publishRetry ?? Self.defaultRetry, unique.duration / 2)
            return .init(key: unique, taskID: self.id, retryWindow: window)
        }
        guard let window = self.publishRetry, window > .zero else { return nil }
        // Not the task's id: that may be sent again on purpose.
        let key = UniqueKey("send:" + self.call.deliveryTag, for: window + Self.keyMargin)
        return .init(key: key, taskID: self.id, retryWindow: window)
    }
}
