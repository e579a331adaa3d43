/// One message on the events' exchange: a single event, or a batch of events about tasks.
package struct EventMessage: Hashable, Sendable {
    /// The events, in the order in which they were sent.
    package let events: [EventDocument]
    /// What is wrong with those elements of a batch that are no events.
    package let refused: [EventError]

    /// The exchange that Celery uses unless `event_exchange` says otherwise.
    package static let defaultExchange = "celeryev"
    /// How many events one message carries at most when Celery writes it (`EventDispatcher.buffer_limit`).
    package static let batchSize = 24
    /// How many events a message may have at most to be read.
    package static let maximumCount = 10_000

    private init(events: [EventDocument], refused: [EventError] = []) {
        self.events = events
        self.refused = refused
    }
}

// MARK: Write

extension EventMessage {
    /// One event in a message of its own.
    package init(_ event: EventDocument) {
        self.init(events: [event])
    }

    /// Events in as few messages as possible: those about tasks that follow each other share one, as in Celery; each
    /// of the others has its own, because gossip listens to `worker.*` only.
    package static func messages(for events: some Sequence<EventDocument>) -> [EventMessage] {
        var messages: [EventMessage] = []
        var batch: [EventDocument] = []
        func endBatch() {
            if !batch.isEmpty { messages.append(EventMessage(events: batch)) }
            batch.removeAll(keepingCapacity: true)
        }
        for event in events {
            if event.type.group == "task" {
                batch.append(event)
                if batch.count == self.batchSize { endBatch() }
            } else {
                endBatch()
                messages.append(EventMessage(event))
            }
        }
        endBatch()
        return messages
    }

    /// The routing key: that of a single event, or `task.multi`.
    package var routingKey: String {
        self.events.count == 1 ? self.events[0].type.routingKey : EventType.taskMulti.routingKey
    }

    /// The message as kombu writes it; a single event is an object, a batch an array.
    ///
    /// - Parameter exchange: The name of the events' exchange.
    package func encoded(exchange: String = Self.defaultExchange) -> [UInt8] {
        let documents = self.events.map(\.json)
        return PlainMessage(
            headers: ["hostname": .string(self.events.first?.hostname ?? "")],
            exchange: exchange,
            routingKey: self.routingKey,
            body: documents.count == 1 ? documents[0] : .array(documents)
        )
        .encoded()
    }
}

// MARK: Read

extension EventMessage {
    /// Reads a message of either form, whatever its routing key.
    ///
    /// Elements of a batch that are no events are in ``refused``; they do not spoil the others.
    ///
    /// - Throws: ``EventError`` when the message cannot be read, or consists of a single thing that is no event.
    package init(decoding raw: [UInt8], limits: MessageLimits = .default) throws(EventError) {
        let body: JSONValue
        do throws(MessageError) {
            body = try PlainMessage(decoding: raw, limits: limits).body
        } catch {
            throw EventError(.notAMessage, error.message)
        }
        guard case .array(let elements) = body else {
            self.init(events: [try EventDocument(body)])
            return
        }
        guard elements.count <= Self.maximumCount else {
            throw EventError(.tooMany, "The message has \(elements.count) events, more than \(Self.maximumCount).")
        }
        var events: [EventDocument] = []
        var refused: [EventError] = []
        for element in elements {
            do throws(EventError) {
                events.append(try EventDocument(element))
            } catch {
                refused.append(error)
            }
        }
        self.init(events: events, refused: refused)
    }
}
