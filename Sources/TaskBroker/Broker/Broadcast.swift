/// A message of a fanout exchange.
package struct Broadcast: Hashable, Sendable {
    /// The routing key that it was sent with; often empty.
    package var routingKey: String
    /// The encoded envelope.
    package var payload: [UInt8]

    package init(routingKey: String, payload: [UInt8]) {
        self.routingKey = routingKey
        self.payload = payload
    }
}

/// What those who listen to a fanout exchange hear.
package enum BroadcastEvent: Hashable, Sendable {
    /// A message.
    case message(Broadcast)
    /// The listener was too slow: this many messages, the oldest, were thrown away.
    case missed(Int)
    /// The connection was lost and made again; nobody knows what was sent in between.
    case interrupted
}

/// What is heard while a scope listens to a fanout exchange; see ``Broker/withBroadcasts(of:routingKeys:boundAs:_:)``.
///
/// To be read by one task. It ends when the scope does, or when Redis takes away the right to listen.
package struct BroadcastSequence: AsyncSequence, Sendable {
    package typealias Element = BroadcastEvent
    /// It does not fail.
    package typealias Failure = Never

    private let events: any AsyncSequence<BroadcastEvent, Never> & Sendable

    /// Wraps what a broker delivers.
    package init(_ events: some AsyncSequence<BroadcastEvent, Never> & Sendable) {
        self.events = events
    }

    /// Reads the events one after the other.
    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var events: any AsyncIteratorProtocol<BroadcastEvent, Never>

        /// The next event; `nil` when the task is cancelled or the sequence has ended.
        package mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> BroadcastEvent? {
            await self.events.next(isolation: actor)
        }
    }

    /// Starts reading.
    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(events: self.events.makeAsyncIterator())
    }
}
