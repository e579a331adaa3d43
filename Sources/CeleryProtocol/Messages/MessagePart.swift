/// What may differ between the messages of calls with the same task and options, in the order in which it is written.
enum MessagePart: Sendable {
    case body, id, rootID, argsrepr, kwargsrepr, correlationID, deliveryTag
}
