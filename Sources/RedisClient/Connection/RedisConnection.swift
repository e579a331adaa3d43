import NIOCore

/// One connection: commands in, replies out, in order, until it ends. ``RedisClient`` makes a new one then.
///
/// An actor on the event loop of its channel, so that its methods run where the I/O is, without locks.
@safe
actor RedisConnection {
    /// The channel's event loop.
    nonisolated let unownedExecutor: UnownedSerialExecutor

    private nonisolated let channel: any Channel
    private let handler: RedisChannelHandler

    /// Wraps a channel whose pipeline ends with `handler`.
    init(channel: any Channel, handler: RedisChannelHandler) {
        self.channel = channel
        self.handler = handler
        unsafe self.unownedExecutor = unsafe channel.eventLoop.executor.asUnownedSerialExecutor()
    }
}

// MARK: - Sending

extension RedisConnection {
    /// Sends commands in one write and returns their replies in order; an error reply is an element like any other.
    ///
    /// Cancelling the task throws ``RedisError/Code/cancelled`` at once. The commands may still run; their replies are
    /// dropped, and those to other callers are not disturbed.
    ///
    /// - Parameters:
    ///   - commands: What to send.
    ///   - deadline: When to stop waiting.
    func send(
        _ commands: some Collection<RESPCommand> & Sendable,
        deadline: NIODeadline
    ) async throws(RedisError) -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        guard !Task.isCancelled else { throw RedisError(.cancelled, "The task was cancelled before it asked Redis.") }
        let id = self.handler.makeID()
        // Naming `self` in both closures is what keeps them on the actor's executor, the event loop.
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                self.handler.send(commands, id: id, deadline: deadline, waiter: waiter)
            }
        } onCancel: {
            // Runs on any thread, maybe before the command is sent; the loop puts it behind.
            self.channel.eventLoop.execute { self.assumeIsolated { $0.handler.cancel(id) } }
        }
        return try result.get()
    }
}

extension RedisConnection {
    /// Writes commands and returns when the system has taken their bytes, which a slow server delays; nobody learns the replies.
    ///
    /// Does not end early when the task is cancelled, because what is half written cannot be taken back.
    func post(
        _ commands: some Collection<RESPCommand> & Sendable,
        deadline: NIODeadline
    ) async throws(RedisError) {
        guard !commands.isEmpty else { return }
        let result = await withCheckedContinuation { writer in
            self.handler.post(commands, deadline: deadline, writer: writer)
        }
        try result.get()
    }
}

// MARK: - Ending

extension RedisConnection {
    /// Refuses new commands, waits for the replies that are due, at most for `grace`, and closes.
    nonisolated func close(
        _ reason: RedisError? = nil,
        grace: Duration = .milliseconds(500)
    ) {
        self.channel.eventLoop.execute {
            self.assumeIsolated {
                $0.handler.closeGracefully(reason ?? RedisChannelHandler.stopped, grace: TimeAmount(grace))
            }
        }
    }

    /// Waits until the connection has ended and returns why; cancelling the task closes it.
    func closed() async -> RedisError {
        await withTaskCancellationHandler {
            // The future of closing never fails.
            try? await self.channel.closeFuture.get()
        } onCancel: {
            self.close()
        }
        return self.handler.closeReason ?? RedisChannelHandler.stopped
    }
}
