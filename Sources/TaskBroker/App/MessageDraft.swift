import CeleryProtocol

/// A message that is complete but not encoded, with where and how it goes.
struct MessageDraft: Sendable {
    var message: TaskMessage
    let destination: Destination
    let priority: Int
    let unique: UniqueKey?
    var durability: PublishDurability
    var publishRetry: Duration?
}

extension MessageDraft {
    /// How long sending under a unique key is tried again, unless the options say.
    private static let defaultRetry = Duration.seconds(10)
    /// How late a command may arrive, after the last attempt, and still meet the key of the first.
    private static let keyMargin = Duration.seconds(600)

    func replacing(_ message: TaskMessage) -> Self {
        var draft = self
        draft.message = message
        return draft
    }

    /// What a producer sends.
    ///
    /// - Throws: ``TaskBrokerError/Code/messageTooLarge`` if no worker would take it.
    func publication() throws(TaskBrokerError) -> Publication {
        var publication = try self.followUp()
        publication.unique = self.claim
        publication.durability = self.durability
        return publication
    }

    /// What a worker sends in the step that ends a task: it is as safe as that step, and never sent twice.
    ///
    /// - Throws: ``TaskBrokerError/Code/messageTooLarge`` if no worker would take it.
    func followUp() throws(TaskBrokerError) -> Publication {
        do throws(MessageError) {
            return Publication(
                destination: self.destination,
                priority: self.priority,
                payload: try self.message.encoded(within: .default),
                unique: self.unique.map { .init(key: $0, taskID: self.message.headers.id) }
            )
        } catch {
            throw TaskBrokerError(.messageTooLarge, error.message, underlyingError: error)
        }
    }

    private var claim: Publication.UniqueClaim? {
        let id = self.message.headers.id
        if let unique {
            let window = min(self.publishRetry ?? Self.defaultRetry, unique.duration / 2)
            return .init(key: unique, taskID: id, retryWindow: window)
        }
        guard let window = self.publishRetry, window > .zero else { return nil }
        // Not the task's id: that may be sent again on purpose.
        let key = UniqueKey("send:" + self.message.properties.deliveryTag, for: window + Self.keyMargin)
        return .init(key: key, taskID: id, retryWindow: window)
    }
}
