import CeleryProtocol
import TaskBroker

extension InMemoryBroker {
    /// What the lock guards: the state, and the ends at which those who wait can be told something.
    struct Shared {
        var state: InMemoryState
        var bells: [Int: AsyncStream<Void>.Continuation] = [:]
        var updates: [Int: AsyncStream<ResultUpdate>.Continuation] = [:]
        var listeners: [Int: Listener] = [:]
        /// Replies that wait for their reader, by the queue they were pushed to.
        var replies: [String: [[UInt8]]] = [:]
        /// Those who wait for a reply, by queue.
        var readers: [String: AsyncStream<Void>.Continuation] = [:]
    }

    /// Somebody who listens to a fanout exchange.
    struct Listener {
        let exchange: String
        /// Which routing keys are heard; only the empty one without it.
        let pattern: GlobPattern?
        let messages: AsyncStream<BroadcastEvent>.Continuation
    }

    /// Something to tell, to be sent when the lock is released.
    enum Signal: Sendable {
        case ring(AsyncStream<Void>.Continuation)
        case announce(ResultUpdate, AsyncStream<ResultUpdate>.Continuation)
        case broadcast(Broadcast, AsyncStream<BroadcastEvent>.Continuation)
    }
}

extension InMemoryBroker.Shared {
    /// Takes out what the last change has to tell.
    mutating func takeSignals() -> [InMemoryBroker.Signal] {
        defer { self.state.effects = [] }
        return self.state.effects.flatMap { effect -> [InMemoryBroker.Signal] in
            switch effect {
            case .ring(let consumer):
                self.bells[consumer].map { [.ring($0)] } ?? []
            case .announce(let update, let subscription):
                self.updates[subscription].map { [.announce(update, $0)] } ?? []
            case .broadcast(let broadcast, let exchange):
                self.listeners.values.compactMap { listener in
                    guard listener.hears(broadcast, of: exchange) else { return nil }
                    return .broadcast(broadcast, listener.messages)
                }
            }
        }
    }
}

extension InMemoryBroker.Listener {
    fileprivate func hears(_ broadcast: Broadcast, of exchange: String) -> Bool {
        guard self.exchange == exchange else { return false }
        return self.pattern?.matches(broadcast.routingKey) ?? broadcast.routingKey.isEmpty
    }
}

extension InMemoryBroker.Signal {
    func send() {
        switch self {
        case .ring(let bell): bell.yield()
        case .announce(let update, let updates): updates.yield(update)
        case .broadcast(let broadcast, let messages): messages.yield(.message(broadcast))
        }
    }
}
