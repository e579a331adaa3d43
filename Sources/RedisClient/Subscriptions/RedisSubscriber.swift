package import Logging
import NIOCore
import NIOPosix
import Synchronization

/// A connection that listens to channels, shared by everybody who wants to listen.
///
/// RESP2 dedicates a connection to listening once it has subscribed, so this one does nothing else. Channels that several
/// scopes want are subscribed to once; after a reconnection all of them are subscribed to again.
package final class RedisSubscriber: Sendable {
    private typealias Registry = SubscriptionRegistry<SubscriptionFeed>

    private struct State {
        var registry = Registry()
        /// Who waits for the confirmation of a scope.
        var waiting: [UInt64: TimedWaiter<Void>] = [:]
        /// Wakes the owner of the connection when the registry has changed.
        var changed: AsyncStream<Void>.Continuation?
        var cause: RedisError?
        var isStopped = false
        var lastID: UInt64 = 0
    }

    private let configuration: RedisConfiguration
    private let logger: Logger
    private let loop: EventLoopExecutor
    private let state = Mutex(State())

    /// Creates a subscriber; it connects when ``run()`` is called.
    ///
    /// - Parameters:
    ///   - configuration: Where Redis is.
    ///   - logger: For lost connections.
    ///   - client: Whose replies arrive on the same thread, if that matters: whoever waits there hears of messages without a change of threads.
    package init(_ configuration: RedisConfiguration, logger: Logger, beside client: RedisClient? = nil) {
        self.configuration = configuration
        self.logger = logger
        self.loop = client?.loop ?? EventLoopExecutor(MultiThreadedEventLoopGroup.singleton.next())
    }
}

// MARK: - Running

extension RedisSubscriber {
    /// Connects, and reconnects for ever, until the task is cancelled; to be called once.
    package func run() async {
        let loop = ReconnectLoop(
            configuration: self.configuration,
            logger: self.logger,
            owner: ObjectIdentifier(self),
            eventLoop: self.loop.eventLoop
        )
        await loop.run { connected throws(RedisError) in
            let connection = try await RedisConnection.connect(self.configuration, on: self.loop) { message in
                self.deliver(message)
            }
            connected()
            return await self.serve(connection)
        } failed: { cause in
            self.state.withLock { $0.cause = cause }
        }
        self.stop()
    }

    /// Keeps the server's subscriptions equal to the registry's until the connection ends.
    private func serve(_ connection: RedisConnection) async -> RedisError {
        let (changes, changed) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.state.withLock { state in
            state.registry.connect()
            state.changed = changed
            state.cause = nil
        }
        changed.yield()
        return await withTaskGroup(of: RedisError?.self) { group in
            group.addTask {
                for await _ in changes { await self.applyChanges(on: connection) }
                return nil
            }
            group.addTask { await connection.closed() }
            for await reason in group {
                guard let reason else { continue }
                group.cancelAll()
                return reason
            }
            return RedisChannelHandler.stopped
        }
    }

    /// Sends what has changed until nothing has; scopes that come meanwhile share the next write.
    private func applyChanges(on connection: RedisConnection) async {
        while true {
            let change = self.state.withLock { $0.registry.takeChange() }
            guard !change.isEmpty else { return }
            let commands =
                change.subscribe.map { [$0.isPattern ? "PSUBSCRIBE" : "SUBSCRIBE", $0.name] as RESPCommand }
                + change.unsubscribe.map { [$0.isPattern ? "PUNSUBSCRIBE" : "UNSUBSCRIBE", $0.name] as RESPCommand }
            do throws(RedisError) {
                let deadline = NIODeadline.now() + TimeAmount(self.configuration.commandDeadline)
                let replies = try await connection.send(commands, deadline: deadline)
                for (topic, reply) in zip(change.subscribe, replies) { self.note(reply, to: topic) }
            } catch {
                // What the server knows is uncertain now; a new connection makes it certain.
                connection.close(error)
                return
            }
        }
    }

    private func stop() {
        let waiting = self.state.withLock { state in
            state.isStopped = true
            defer { state.waiting = [:] }
            return state.waiting
        }
        for waiter in waiting.values { waiter.resume(.failure(RedisChannelHandler.stopped)) }
    }
}

// MARK: - Receiving

extension RedisSubscriber {
    /// Passes a message on to everybody who listens; runs on the event loop.
    private func deliver(_ message: [RESPValue]) {
        guard message.count >= 3, let name = message[1].string, let push = RedisPush(message) else { return }
        let topic = Registry.Topic(name: name, isPattern: message.count > 3)
        for feed in self.state.withLock({ $0.registry.listeners(of: topic) }) { feed.yield(.push(push)) }
    }

    /// Takes note of the server's answer to a subscription.
    private func note(_ reply: RESPValue, to topic: Registry.Topic) {
        if case .error(let message) = reply {
            let error = RedisError(reply: message)
            let (waiters, feeds) = self.state.withLock { state in
                let refused = state.registry.refuse(topic)
                return (refused.compactMap { state.waiting.removeValue(forKey: $0.id) }, refused.map(\.listener))
            }
            for waiter in waiters { waiter.resume(.failure(error)) }
            for feed in feeds { feed.finish() }
        } else {
            let (waiters, feeds) = self.state.withLock { state in
                let completion = state.registry.confirm(topic)
                return (completion.first.compactMap { state.waiting.removeValue(forKey: $0) }, completion.again)
            }
            for waiter in waiters { waiter.resume(.success(())) }
            for feed in feeds { feed.yield(.reconnected) }
        }
    }
}

// MARK: - Subscribing

extension RedisSubscriber {
    /// Listens to channels while `body` runs.
    ///
    /// Redis has confirmed the subscription when `body` starts: what is published from then on arrives, unless the
    /// connection breaks, which the subscription tells.
    ///
    /// - Parameters:
    ///   - channels: The names of channels.
    ///   - patterns: Glob patterns of names.
    ///   - deadline: How long the confirmation may take; the configuration's when absent.
    ///   - body: Reads the subscription.
    /// - Throws: ``RedisError`` when Redis refuses or does not confirm in time, or what `body` throws.
    package func withSubscription<Result>(
        to channels: [String],
        patterns: [String] = [],
        deadline: Duration? = nil,
        _ body: (RedisSubscription) async throws -> Result
    ) async throws -> Result {
        let topics = Set(channels.map { Registry.Topic(name: $0, isPattern: false) })
            .union(patterns.map { Registry.Topic(name: $0, isPattern: true) })
        let (subscription, feed) = RedisSubscription.make(bufferCount: self.configuration.subscriptionBufferCount)
        let id = self.state.withLock { state in
            state.lastID &+= 1
            return state.lastID
        }
        defer { self.leave(id) }
        let end = NIODeadline.now() + TimeAmount(deadline ?? self.configuration.commandDeadline)
        try await self.join(id, topics: topics, feed: feed, before: end)
        return try await body(subscription)
    }

    private func join(
        _ id: UInt64,
        topics: Set<Registry.Topic>,
        feed: SubscriptionFeed,
        before deadline: NIODeadline
    ) async throws(RedisError) {
        let result: Result<Void, RedisError> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isComplete = self.state.withLock { state in
                    let isComplete = state.registry.add(id, topics: topics, listener: feed)
                    if !isComplete, !state.isStopped {
                        state.waiting[id] = TimedWaiter(continuation, on: self.loop.eventLoop, until: deadline) {
                            self.fail(id, nil)
                        }
                    }
                    return isComplete || state.isStopped
                }
                if isComplete { continuation.resume(returning: .success(())) }
                // A cancellation that came before the continuation was stored has found nothing to fail.
                if Task.isCancelled { self.fail(id, Self.cancelled) }
                self.wake()
            }
        } onCancel: {
            self.fail(id, Self.cancelled)
        }
        try result.get()
        if self.state.withLock({ $0.isStopped }) { throw RedisChannelHandler.stopped }
    }

    private func leave(_ id: UInt64) {
        let feed = self.state.withLock { $0.registry.remove(id) }
        feed?.finish()
        self.wake()
    }

    private func wake() {
        self.state.withLock { $0.changed }?.yield()
    }

    private func fail(_ id: UInt64, _ error: RedisError?) {
        let (waiter, cause) = self.state.withLock { ($0.waiting.removeValue(forKey: id), $0.cause) }
        let address = self.configuration.url.address
        waiter?.resume(
            .failure(
                error ?? cause
                    ?? RedisError(.deadlineExceeded, "Redis at \(address) did not confirm a subscription in time.")
            )
        )
    }

    private static var cancelled: RedisError {
        RedisError(.cancelled, "The task that waited for a subscription was cancelled.")
    }
}
