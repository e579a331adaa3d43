public import CeleryProtocol
import Synchronization

/// Events as they are published, for as long as the scope of ``Inspector/withEvents(_:body:)`` lasts.
///
/// To be read by one task. Nobody stores events: those that are published while nobody listens are never seen, and a reader
/// that is too slow loses the oldest; ``missedCount`` says how many messages.
public struct EventSequence: AsyncSequence, Sendable {
    /// One event; batches are taken apart.
    public typealias Element = EventDocument
    /// It does not fail: what is no event is left out.
    public typealias Failure = Never

    private let broadcasts: BroadcastSequence
    private let patterns: [GlobPattern]
    private let clock: LogicalClock?
    private let tally = Tally()

    /// Wraps what is heard on the events' exchange.
    ///
    /// - Parameters:
    ///   - patterns: Which types of events to deliver; empty for all.
    ///   - clock: A logical clock to move past those of the events.
    init(_ broadcasts: BroadcastSequence, patterns: [GlobPattern], clock: LogicalClock?) {
        self.broadcasts = broadcasts
        self.patterns = patterns
        self.clock = clock
    }

    private final class Tally: Sendable {
        let missed = Atomic(0)
        let refused = Atomic(0)
        let interruptions = Atomic(0)
    }
}

extension EventSequence {
    /// How many messages were lost so far because the reader was too slow.
    public var missedCount: Int { self.tally.missed.load(ordering: .relaxed) }

    /// How many messages, or parts of batches, were no events.
    public var refusedCount: Int { self.tally.refused.load(ordering: .relaxed) }

    /// How often the connection was lost and made again; what was published meanwhile is missing.
    public var interruptionCount: Int { self.tally.interruptions.load(ordering: .relaxed) }

    /// Starts reading.
    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(sequence: self, broadcasts: self.broadcasts.makeAsyncIterator())
    }

    /// Reads the events one after the other.
    public struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let sequence: EventSequence
        fileprivate var broadcasts: BroadcastSequence.AsyncIterator
        /// What is left of a batch.
        private var pending: ArraySlice<EventDocument> = []

        fileprivate init(sequence: EventSequence, broadcasts: BroadcastSequence.AsyncIterator) {
            self.sequence = sequence
            self.broadcasts = broadcasts
        }

        /// The next event; `nil` when the task is cancelled or Redis took away the right to listen.
        public mutating func next(isolation actor: isolated (any Actor)? = #isolation) async -> EventDocument? {
            while true {
                if let event = self.pending.popFirst() { return event }
                guard let heard = await self.broadcasts.next(isolation: actor) else { return nil }
                self.pending = self.sequence.events(in: heard)[...]
            }
        }
    }

    private func events(in heard: BroadcastEvent) -> [EventDocument] {
        switch heard {
        case .missed(let count):
            self.tally.missed.add(count, ordering: .relaxed)
            return []
        case .interrupted:
            self.tally.interruptions.add(1, ordering: .relaxed)
            return []
        case .message(let broadcast):
            guard let message = try? EventMessage(decoding: broadcast.payload) else {
                self.tally.refused.add(1, ordering: .relaxed)
                return []
            }
            self.tally.refused.add(message.refused.count, ordering: .relaxed)
            message.events.forEach(self.adjustClock)
            guard !self.patterns.isEmpty else { return message.events }
            return message.events.filter { event in self.patterns.contains { $0.matches(event.type.rawValue) } }
        }
    }

    private func adjustClock(to event: EventDocument) {
        // The clocks of producers follow nobody's, so that Celery does not look at them either.
        guard let clock = event.clock, event.type != .taskSent else { return }
        self.clock?.adjust(to: clock)
    }
}
