import Synchronization

/// What a subscription delivers.
package enum RedisSubscriptionEvent: Hashable, Sendable {
    /// A message.
    case push(RedisPush)
    /// The connection was lost and has been made again: messages published in between are missing.
    case reconnected
    /// The reader was too slow: this many of the oldest events were thrown away.
    case dropped(Int)
}

/// The messages of some channels, for as long as the scope of
/// ``RedisSubscriber/withSubscription(to:patterns:deadline:_:)`` lasts.
///
/// To be read by one task. It ends early only if Redis takes away the right to subscribe.
package struct RedisSubscription: AsyncSequence, Sendable {
    /// A message, or what is known about missing ones.
    package typealias Element = RedisSubscriptionEvent
    /// It does not fail.
    package typealias Failure = Never

    private let events: AsyncStream<RedisSubscriptionEvent>
    private let feed: SubscriptionFeed

    /// Creates a subscription and the feed that fills it.
    static func make(bufferCount: Int) -> (RedisSubscription, SubscriptionFeed) {
        let (events, continuation) = AsyncStream.makeStream(
            of: RedisSubscriptionEvent.self,
            bufferingPolicy: .bufferingNewest(bufferCount)
        )
        let feed = SubscriptionFeed(continuation)
        return (RedisSubscription(events: events, feed: feed), feed)
    }

    /// Reads the events one after the other.
    package struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate var events: AsyncStream<RedisSubscriptionEvent>.Iterator
        fileprivate let feed: SubscriptionFeed
        fileprivate var held: RedisSubscriptionEvent?

        /// The next event, or `nil` when the task is cancelled or the subscription has ended.
        package mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async -> RedisSubscriptionEvent? {
            if let held = self.held {
                self.held = nil
                return held
            }
            let event = await self.events.next(isolation: actor)
            let dropped = self.feed.takeDropped()
            guard dropped > 0, let event else { return event }
            self.held = event
            return .dropped(dropped)
        }
    }

    /// Starts reading.
    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(events: self.events.makeAsyncIterator(), feed: self.feed, held: nil)
    }
}

/// The writing end of a subscription.
final class SubscriptionFeed: Sendable {
    private let continuation: AsyncStream<RedisSubscriptionEvent>.Continuation
    private let dropped = Atomic(0)

    fileprivate init(_ continuation: AsyncStream<RedisSubscriptionEvent>.Continuation) {
        self.continuation = continuation
    }

    /// Adds an event, at the expense of the oldest one when the buffer is full.
    func yield(_ event: RedisSubscriptionEvent) {
        if case .dropped = self.continuation.yield(event) {
            self.dropped.wrappingAdd(1, ordering: .relaxed)
        }
    }

    /// Ends the subscription.
    func finish() { self.continuation.finish() }

    fileprivate func takeDropped() -> Int {
        self.dropped.exchange(0, ordering: .relaxed)
    }
}
