import CeleryProtocol
import TaskBroker

extension InMemoryBroker {
    /// What the lock guards: the state, and the ends at which those who wait can be told something.
    struct Shared {
        var state: InMemoryState
        var bells: [Int: AsyncStream<Void>.Continuation] = [:]
        var updates: [Int: AsyncStream<ResultUpdate>.Continuation] = [:]
    }

    /// Something to tell, to be sent when the lock is released.
    enum Signal: Sendable {
        case ring(AsyncStream<Void>.Continuation)
        case announce(ResultUpdate, AsyncStream<ResultUpdate>.Continuation)
    }
}

extension InMemoryBroker.Shared {
    /// Takes out what the last change has to tell.
    mutating func takeSignals() -> [InMemoryBroker.Signal] {
        defer { self.state.effects = [] }
        return self.state.effects.compactMap { effect in
            switch effect {
            case .ring(let consumer):
                self.bells[consumer].map { .ring($0) }
            case .announce(let update, let subscription):
                self.updates[subscription].map { .announce(update, $0) }
            }
        }
    }
}

extension InMemoryBroker.Signal {
    func send() {
        switch self {
        case .ring(let bell): bell.yield()
        case .announce(let update, let updates): updates.yield(update)
        }
    }
}
