package import Logging
import NIOCore
import NIOPosix

/// Tells when work arrives in lists that were empty, without taking anything out of them.
///
/// Client-side caching put to another use: `CLIENT TRACKING` remembers keys that one `EXISTS` has looked at, and
/// announces the next change of any of them, once. Looking and arming are one command, so that no push can fall between
/// them. hiredis 0.14 reads RESP2 only, where announcements need a second connection (`REDIRECT`); the two live and die
/// together. Nothing but `EXISTS` reads on the tracked connection: a script would arm all of its `KEYS` (Redis 7.0). So `OPTIN` and a
/// `CLIENT CACHING YES` before each look, one more command for each lone task, are not needed.
///
/// A ring is a hint. It may be missing when a connection breaks unnoticed, and spurious at any time: look again, and
/// look from time to time without it.
package final class RedisDoorbell: Sendable {
    /// Where Redis announces changes of tracked keys to RESP2 clients.
    private static let channel = "__redis__:invalidate"
    private static let countListeners: RESPCommand = ["PUBSUB", "NUMSUB", RedisDoorbell.channel]

    private let configuration: RedisConfiguration
    private let logger: Logger
    private let loop: EventLoopExecutor
    private let slot: ConnectionSlot
    private let ring: @Sendable () -> Void

    /// Creates a doorbell; it connects when ``run()`` is called.
    ///
    /// - Parameters:
    ///   - configuration: Where Redis is.
    ///   - logger: For lost connections.
    ///   - client: Whoever is to be woken on the thread where this client's replies arrive, if anywhere.
    ///   - ring: Called when an armed key has changed, on that thread, because a way over another one would cost a lone task a tenth of a
    ///     millisecond; and by ``run()`` when the connections were replaced, which disarms all keys. It must not block.
    package init(
        _ configuration: RedisConfiguration,
        logger: Logger,
        beside client: RedisClient? = nil,
        ring: @escaping @Sendable () -> Void
    ) {
        self.configuration = configuration
        self.logger = logger
        self.loop = client?.loop ?? EventLoopExecutor(MultiThreadedEventLoopGroup.singleton.next())
        self.slot = ConnectionSlot(configuration, eventLoop: self.loop.eventLoop, logger: logger)
        self.ring = ring
    }
}

// MARK: - Running

extension RedisDoorbell {
    /// Connects, and reconnects for ever, until the task is cancelled; to be called once.
    package func run() async {
        let loop = ReconnectLoop(
            configuration: self.configuration,
            logger: self.logger,
            owner: ObjectIdentifier(self),
            eventLoop: self.loop.eventLoop
        )
        await loop.run { connected throws(RedisError) in
            let ring = self.ring
            let listener = try await RedisConnection.connect(self.configuration, on: self.loop) { _ in ring() }
            defer { listener.close() }
            let tracked = try await RedisConnection.connect(self.configuration, on: self.loop)
            defer { tracked.close() }
            try await self.track(tracked, announcingTo: listener)
            self.slot.fill(tracked)
            connected()
            ring()
            return await Self.firstEnd(of: listener, tracked)
        } failed: { cause in
            self.slot.empty(cause)
        }
        self.slot.stop()
    }

    private func track(_ tracked: RedisConnection, announcingTo listener: RedisConnection) async throws(RedisError) {
        let deadline = NIODeadline.now() + TimeAmount(self.configuration.commandDeadline)
        let setUp: [RESPCommand] = [["CLIENT", "ID"], ["SUBSCRIBE", Self.channel]]
        let replies = try await listener.send(setUp, deadline: deadline)
        let id = try replies.first.unwrapped()
        _ = try replies.last.unwrapped()
        var command: RESPCommand = ["CLIENT", "TRACKING", "ON", "REDIRECT"]
        command.append(id.integer ?? 0)
        command.append("NOLOOP")
        _ = try await tracked.send(CollectionOfOne(command), deadline: deadline).first.unwrapped()
    }

    private static func firstEnd(of first: RedisConnection, _ second: RedisConnection) async -> RedisError {
        await withTaskGroup(of: RedisError.self) { group in
            group.addTask { await first.closed() }
            group.addTask { await second.closed() }
            // Cancelling closes the other one.
            defer { group.cancelAll() }
            return await group.next() ?? RedisChannelHandler.stopped
        }
    }
}

// MARK: - Using

extension RedisDoorbell {
    /// Why there is no connection; `nil` if there is one, or if none has been tried yet.
    package var outage: RedisError? { self.slot.outage }

    /// Replaces both connections, in case they only look alive.
    package func reconnect() { self.slot.drop(.replaced) }

    /// Looks whether keys exist, and has the next change of any of them announced.
    ///
    /// - Returns: How many exist. With 0 the bell rings for whatever is pushed from now on.
    package func arm(_ keys: RESPArguments, deadline: Duration? = nil) async throws(RedisError) -> Arming {
        guard !keys.isEmpty else { return Arming(existing: 0, listeners: 0) }
        let commands = [RESPCommand("EXISTS", keys), Self.countListeners]
        let replies = try await self.slot.send(commands, deadline: self.instant(after: deadline))
        guard replies.count == commands.count else {
            throw RedisError(.protocolViolation, "Redis sent no reply to a command.")
        }
        for reply in replies { _ = try Optional(reply).unwrapped() }
        return Arming(existing: try replies[0].count(), listeners: try (replies[1].array?.last ?? .null).count())
    }

    /// What arming has found.
    package struct Arming: Sendable, Hashable {
        /// How many of the keys exist.
        package let existing: Int
        /// How many doorbells listen to the server, this one included: by the N of the design's R8 wake-ups are spread.
        ///
        /// Counted now and not after the ring, when somebody waits for every round trip.
        package let listeners: Int
    }

    private func instant(after deadline: Duration?) -> NIODeadline {
        .now() + TimeAmount(deadline ?? self.configuration.commandDeadline)
    }
}

extension RESPValue {
    /// The integer reply of a command that counts.
    fileprivate func count() throws(RedisError) -> Int {
        guard let count = self.integer.flatMap(Int.init(exactly:)) else {
            throw RedisError(.protocolViolation, "Redis answered a command that counts with something else.")
        }
        return count
    }
}
