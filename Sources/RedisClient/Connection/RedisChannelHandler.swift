import NIOCore

/// The end of the channel's pipeline: formats commands, parses replies and keeps the one timer.
///
/// It only translates between NIO's events and ``ConnectionState``, which decides.
///
/// Unchecked `Sendable`, because NIO's handlers cannot be written otherwise: everything in here happens on the channel's
/// event loop, to which the ``RedisConnection`` that owns it goes, and every entry asserts it.
final class RedisChannelHandler: ChannelInboundHandler, @unchecked Sendable {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Who waits for replies.
    typealias Waiter = ReplyContinuation
    /// Who waits until the system has taken the bytes.
    typealias Writer = CheckedContinuation<Result<Void, RedisError>, Never>

    private let loop: EventLoopExecutor
    private let eventLoop: any EventLoop
    private let address: RedisAddress
    private let limits: ConnectionState<Waiter>.Limits
    private let deliver: (@Sendable ([RESPValue]) -> Void)?

    private var state: ConnectionState<Waiter>
    private let reader = RESPReader()
    private var output = ByteBuffer()
    private var isFlushScheduled = false
    /// Those whose commands are in ``output``.
    private var writers: [Writer] = []
    private let grace: TimeAmount
    private var context: ChannelHandlerContext?
    private var timer: NIOScheduledCallback?
    private var timerIsDue = NIODeadline.distantFuture

    /// Creates a handler.
    ///
    /// - Parameters:
    ///   - loop: The loop of the channel it will be added to, and those who wait for replies.
    ///   - configuration: The deadlines, and the server's address for messages.
    ///   - deliver: Takes the messages of channels; makes this the end of a subscriber's connection.
    init(
        loop: EventLoopExecutor,
        configuration: RedisConfiguration,
        deliver: (@Sendable ([RESPValue]) -> Void)?
    ) {
        self.loop = loop
        self.eventLoop = loop.eventLoop
        self.address = configuration.url.address
        self.deliver = deliver
        self.grace = TimeAmount(configuration.closingGrace)
        self.limits = .init(
            silence: TimeAmount(configuration.commandDeadline),
            pingInterval: TimeAmount(configuration.pingInterval)
        )
        self.state = ConnectionState(limits: self.limits, isSubscriber: deliver != nil, now: .now())
    }

    /// Why the connection was closed, once it is.
    var closeReason: RedisError? {
        self.eventLoop.assertInEventLoop()
        return self.state.closeReason
    }
}

// MARK: - Commands

extension RedisChannelHandler {
    /// The number of a write that nobody cancels.
    private static let anonymous: UInt64 = 0

    /// Writes commands with the next flush and tells the waiter their replies, or why there are none.
    ///
    /// Each command must have one reply: `SUBSCRIBE` answers once for each channel, so it gets one channel at a time.
    ///
    /// - Parameter id: A number of its own, to ``cancel(_:)`` it by; not 0.
    func send(
        _ commands: some Collection<RESPCommand>,
        id: UInt64,
        deadline: NIODeadline,
        waiter: Waiter?
    ) {
        self.eventLoop.assertInEventLoop()
        if let refusal = self.write(commands, id: id, deadline: deadline, waiter: waiter) {
            waiter?.resume(returning: .failure(refusal))
        }
    }

    /// Writes commands with the next flush and tells the writer when the system has taken them; nobody learns the replies.
    func post(_ commands: some Collection<RESPCommand>, deadline: NIODeadline, writer: Writer) {
        self.eventLoop.assertInEventLoop()
        if let refusal = self.write(commands, id: Self.anonymous, deadline: deadline, waiter: nil) {
            return writer.resume(returning: .failure(refusal))
        }
        self.writers.append(writer)
    }

    /// Puts commands into the output and notes that their replies are due.
    ///
    /// - Returns: Why they cannot be written, if they cannot.
    private func write(
        _ commands: some Collection<RESPCommand>,
        id: UInt64,
        deadline: NIODeadline,
        waiter: Waiter?
    ) -> RedisError? {
        let mark = self.output.writerIndex
        do throws(RESPError) {
            for command in commands { try command.write(to: &self.output) }
        } catch {
            self.output.moveWriterIndex(to: mark)
            return RedisError(.protocolViolation, "Cannot send a command: \(error).", underlyingError: error)
        }
        let refusal = self.state.send(
            id: id,
            replyCount: commands.count,
            waiter: waiter,
            deadline: deadline,
            now: .now()
        )
        if let refusal {
            self.output.moveWriterIndex(to: mark)
            return refusal
        }
        self.setTimer()
        self.scheduleFlush()
        return nil
    }

    /// Gives up waiting for the replies to a write.
    func cancel(_ id: UInt64) {
        self.eventLoop.assertInEventLoop()
        let error = RedisError(.cancelled, "The task that waited for Redis was cancelled.")
        self.state.cancel(id: id)?.resume(returning: .failure(error.afterSending()))
    }

    /// One write and one system call for all commands of a turn of the event loop, but for those that a reply has called for.
    ///
    /// Three times the throughput of a flush for each command at 64 concurrent senders, measured in a prototype.
    private func scheduleFlush() {
        guard !self.isFlushScheduled else { return }
        self.isFlushScheduled = true
        self.eventLoop.execute { self.flush() }
    }

    private func flush() {
        self.isFlushScheduled = false
        guard let context, self.output.readableBytes > 0 else { return }
        var output = ByteBuffer()
        swap(&output, &self.output)
        guard !self.writers.isEmpty else {
            context.writeAndFlush(Self.wrapOutboundOut(output), promise: nil)
            // Mostly the system has taken it by now, and there is room for the next write.
            guard output.storageCapacity <= Self.maximumRoom, self.output.readableBytes == 0 else { return }
            output.clear()
            self.output = output
            return
        }
        let writers = self.writers
        self.writers = []
        let address = self.address
        context.writeAndFlush(Self.wrapOutboundOut(output)).whenComplete { result in
            // Part of it may have gone out before the connection broke.
            let outcome = result.mapError { RedisError(connectingTo: address, $0, isConnected: true).afterSending() }
            for writer in writers { writer.resume(returning: outcome) }
        }
    }

    /// How much room is kept from one write to the next.
    private static let maximumRoom = 64 << 10
}

// MARK: - Channel events

extension RedisChannelHandler {
    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        self.setTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.close(RedisError(.connectionClosed, "The connection to Redis at \(self.address) was closed."))
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = Self.unwrapInboundIn(data)
        // What those who are woken send goes out at once, and not in a turn of the event loop of its own.
        self.isFlushScheduled = true
        self.loop.runWhatWakes { self.receive(buffer) }
        self.flush()
    }

    private func receive(_ buffer: ByteBuffer) {
        let now = NIODeadline.now()
        do throws(RESPError) {
            try self.reader.feed(buffer.readableBytesSpan)
            while let reply = try self.reader.next() { self.receive(reply, now: now) }
        } catch {
            self.close(
                RedisError(
                    .protocolViolation,
                    "The server at \(self.address) does not speak Redis' protocol (\(error)): check the port.",
                    underlyingError: error
                )
            )
        }
        if self.state.isDrained { self.close(Self.stopped) }
    }

    private func receive(_ reply: RESPValue, now: NIODeadline) {
        switch self.state.receive(reply, now: now) {
        case .nothing: break
        case .resume(let waiter, let replies): waiter.resume(returning: .success(replies))
        case .deliver(let message): self.deliver?(message)
        case .close(let reason): self.close(reason)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        self.close(RedisError(.connectionClosed, "Redis at \(self.address) closed the connection."))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        self.close(RedisError(connectingTo: self.address, error, isConnected: true))
    }
}

// MARK: - Time

extension RedisChannelHandler: NIOScheduledCallbackHandler {
    func handleScheduledCallback(eventLoop: some EventLoop) {
        self.timer = nil
        self.timerIsDue = .distantFuture
        let now = NIODeadline.now()
        let (expired, action) = self.state.timeOut(now: now)
        for waiter in expired { waiter.resume(returning: .failure(self.deadlineExceeded)) }
        switch action {
        case .rearm:
            break
        case .ping:
            self.send(
                CollectionOfOne(RESPCommand("PING")),
                id: Self.anonymous,
                deadline: now + self.limits.silence,
                waiter: nil
            )
        case .close(let reason):
            self.close(reason)
        }
        self.setTimer()
    }

    private var deadlineExceeded: RedisError {
        RedisError(
            .deadlineExceeded,
            "Redis at \(self.address) did not answer in time: it is overloaded, blocked by a slow command, "
                + "or cannot be reached any more."
        ).afterSending()
    }

    private func setTimer() {
        let due = self.state.nextTimeout
        guard self.context != nil, self.state.closeReason == nil, due < self.timerIsDue else { return }
        self.timer?.cancel()
        self.timerIsDue = due
        // Fails only when the loop is shutting down, and then nobody is left to be told.
        self.timer = try? self.eventLoop.scheduleCallback(at: due, handler: self)
    }
}

// MARK: - Closing

extension RedisChannelHandler {
    /// The reason of a connection that its owner closed.
    static var stopped: RedisError { RedisError(.connectionClosed, "The connection to Redis was closed by its owner.") }

    /// Refuses new commands, waits a little for the replies that are due (``RedisConfiguration/closingGrace``), and closes.
    func closeGracefully(_ reason: RedisError) {
        self.eventLoop.assertInEventLoop()
        self.state.closeGracefully(reason, latest: .now() + self.grace)
        if self.state.isDrained { self.close(reason) } else { self.setTimer() }
    }

    /// Fails everything that waits, and closes the channel.
    func close(_ reason: RedisError) {
        self.eventLoop.assertInEventLoop()
        guard self.state.closeReason == nil else { return }
        let (waiters, reason) = self.state.close(reason)
        self.timer?.cancel()
        self.timer = nil
        for waiter in waiters { waiter.resume(returning: .failure(reason)) }
        for writer in self.writers { writer.resume(returning: .failure(reason)) }
        self.writers = []
        self.context?.close(promise: nil)
    }
}
