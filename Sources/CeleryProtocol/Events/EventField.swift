/// The names of the fields of Celery's events about tasks.
package enum EventField: String, Sendable {
    case args
    case eta
    case exception
    case exchange
    case expired
    case expires
    case kwargs
    case name
    case parentID = "parent_id"
    case queue
    case requeue
    case result
    case retries
    case rootID = "root_id"
    case routingKey = "routing_key"
    case runtime
    case signal = "signum"
    case terminated
    case traceback
    case uuid
}

extension EventDocument {
    /// A field, if it is there and not `null`.
    package subscript(field: EventField) -> JSONValue? {
        guard let value = self.fields[field.rawValue], !value.isNull else { return nil }
        return value
    }

    /// The fields without the id of the task: for an event of an application's own, what it has to say.
    package var ownFields: [String: JSONValue] { self.fields.filter { $0.key != EventField.uuid.rawValue } }
}
