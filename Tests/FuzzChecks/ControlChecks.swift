import CeleryProtocol

extension FuzzCheck {
    /// Events that were read are read again when they are written.
    static let events = FuzzCheck("events") { bytes in
        guard let message = try? EventMessage(decoding: bytes) else { return false }
        for event in message.events {
            guard let again = try? EventDocument(event.json) else {
                throw BrokenRule(description: "the event that we write, we refuse")
            }
            try BrokenRule.require(again.type == event.type && again.hostname == event.hostname, "an event changes")
        }
        let batches = EventMessage.messages(for: message.events)
        try BrokenRule.require(batches.flatMap(\.events).count == message.events.count, "events are lost in batches")
        for batch in batches {
            guard let again = try? EventMessage(decoding: batch.encoded()), again.refused.isEmpty else {
                throw BrokenRule(description: "the batch that we write, we refuse")
            }
        }
        return true
    }

    /// Requests and replies of remote control that were read mean the same when they are written.
    static let control = FuzzCheck("control") { bytes in
        let request = try? ControlRequest(decoding: bytes)
        _ = request?.bytesToSign(timestamp: .max, nonce: "n")
        guard let reply = try? ControlReply(decoding: bytes) else { return request != nil }
        for answer in reply.values.values {
            _ = ControlAnswer.Outcome(answer)
            _ = ControlAnswer.revokedIDs(inHello: answer)
        }
        guard let again = try? ControlReply(decoding: reply.encoded(for: ReplyAddress())) else {
            throw BrokenRule(description: "the reply that we write, we refuse")
        }
        try BrokenRule.require(
            again.values.count == reply.values.count && again.ticket == reply.ticket,
            "a reply changes"
        )
        return true
    }
}
