import CeleryProtocol
import TaskBroker

extension InMemoryBroker {
    var address: BrokerAddress {
        BrokerAddress(
            transport: "memory",
            host: "localhost",
            port: 0,
            virtualHost: "/",
            url: "memory://",
            resultsURL: "memory://"
        )
    }

    func withBroadcasts<Value: Sendable>(
        of exchange: String,
        routingKeys pattern: String?,
        boundAs queue: String?,
        _ body: (BroadcastSequence) async throws -> Value
    ) async throws -> Value {
        let (messages, continuation) = AsyncStream.makeStream(of: BroadcastEvent.self)
        let number = self.changeShared { shared in
            let number = shared.state.makeNumber()
            shared.listeners[number] = Listener(
                exchange: exchange,
                pattern: pattern.map { GlobPattern($0) },
                messages: continuation
            )
            return number
        }
        defer {
            self.changeShared { $0.listeners[number] = nil }
            continuation.finish()
        }
        return try await body(BroadcastSequence(messages))
    }

    @discardableResult
    func reply(_ payload: [UInt8], to address: ReplyAddress) async throws(TaskBrokerError) -> Bool {
        let (isBound, reader) = self.changeShared { shared in
            shared.replies[address.queue]?.append(payload)
            return (shared.replies[address.queue] != nil, shared.readers[address.queue])
        }
        reader?.yield()
        return isBound
    }

    func withReplies<Value: Sendable>(
        to address: ReplyAddress,
        _ body: (any ReplyReceiver) async throws -> Value
    ) async throws -> Value {
        self.changeShared { $0.replies[address.queue] = [] }
        defer { self.changeShared { $0.replies[address.queue] = nil } }
        return try await body(InMemoryReplyReceiver(broker: self, queue: address.queue))
    }

    /// Takes the oldest reply from a queue; if there is none, `bell` will ring for the next.
    fileprivate func takeReply(from queue: String, orRing bell: AsyncStream<Void>.Continuation) -> [UInt8]? {
        self.changeShared { shared in
            shared.readers[queue] = nil
            guard shared.replies[queue]?.isEmpty == false else {
                shared.readers[queue] = bell
                return nil
            }
            return shared.replies[queue]?.removeFirst()
        }
    }
}

/// Takes replies from the memory.
private struct InMemoryReplyReceiver: ReplyReceiver {
    let broker: InMemoryBroker
    let queue: String

    func next(before deadline: ContinuousClock.Instant) async throws(TaskBrokerError) -> [UInt8]? {
        while true {
            let (rings, bell) = AsyncStream.makeStream(of: Void.self)
            if let reply = self.broker.takeReply(from: self.queue, orRing: bell) { return reply }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { for await _ in rings { break } }
                // The sleep ends early when there is a ring, or when nobody waits any longer.
                group.addTask { try? await Task.sleep(until: deadline) }
                await group.next()
                group.cancelAll()
            }
            guard !Task.isCancelled else {
                throw TaskBrokerError(.cancelled, "The task that waited for replies was cancelled.")
            }
            guard ContinuousClock.now < deadline else { return nil }
        }
    }
}
