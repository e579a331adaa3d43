import CeleryProtocol

/// A message that is complete but not encoded, with where it goes.
struct MessageDraft: Sendable {
    var message: TaskMessage
    let destination: Destination
    let priority: Int
    let unique: UniqueKey?

    func replacing(_ message: TaskMessage) -> Self {
        var draft = self
        draft.message = message
        return draft
    }

    var publication: Publication {
        Publication(
            destination: self.destination,
            priority: self.priority,
            payload: self.message.encoded(),
            unique: self.unique.map { .init(key: $0, taskID: self.message.headers.id) }
        )
    }
}
