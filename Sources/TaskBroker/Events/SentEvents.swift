import CeleryProtocol
import Logging

/// What a producer tells monitors: which tasks it has sent (`task_send_sent_event`).
struct SentEvents: Sendable {
    /// Who sends: `gen<pid>@<host>`.
    let node: String
    let clock: LogicalClock
    /// The exchange of the events.
    let exchange: String
}

extension SentEvents {
    /// The events about messages, many of them in one publication.
    func publications(for drafts: some Sequence<MessageDraft>, now: Timestamp) -> [Publication] {
        let events = drafts.map { draft in
            let stamp = EventStamp(
                hostname: self.node,
                pid: ProcessInfo.pid,
                utcoffset: ProcessInfo.utcOffset,
                clock: self.clock.forward(),
                timestamp: Double(now.microseconds) / 1e6
            )
            return draft.sentEvent.document(stamp)
        }
        return EventMessage.messages(for: events).map { $0.publication(to: self.exchange) }
    }
}

extension MessageDraft {
    fileprivate var sentEvent: TaskEvent {
        let queue: String? = if case .queue(let name) = self.destination { name } else { nil }
        return .sent(
            self.message.headers,
            queue: queue,
            exchange: self.destination.exchange,
            routingKey: self.destination.routingKey
        )
    }
}

extension TaskApp {
    /// Tells monitors what was sent, if the app is configured to; to be called after publishing.
    ///
    /// A message that a unique key or a full queue held back was not sent. What goes wrong here is no reason to call a task unsent.
    ///
    /// - Parameter receipts: What became of each of the drafts.
    func announceSent(_ drafts: [MessageDraft], _ receipts: [PublishReceipt]) async {
        guard self.configuration.sendsSentEvent else { return }
        let sent = zip(drafts, receipts).filter { $1.isSent }.map { $0.0 }
        let events = SentEvents(
            node: self.origin.name,
            clock: self.logicalClock,
            exchange: self.configuration.eventExchange
        )
        do {
            _ = try await self.broker.publish(events.publications(for: sent, now: self.clock()))
        } catch {
            self.logger.debug("sent events cannot be sent", metadata: ["error": "\(error)"])
        }
    }
}
