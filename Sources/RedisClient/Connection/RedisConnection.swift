import NIOCore
import Synchronization

/// One connection: commands in, replies out, in order, until it ends. ``RedisClient`` makes a new one then.
///
/// An actor on the event loop of its channel, so that its methods run where the I/O is, without locks.
@safe
actor RedisConnection {
    /// The channel's event loop.
    nonisolated let unownedExecutor: UnownedSerialExecutor

    private nonisolated let channel: any Channel
    private let handler: RedisChannelHandler
    /// Numbers for what is sent, to cancel it by.
    private nonisolated let ids = Atomic<UInt64>(0)

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
    nonisolated func send(
        _ commands: some Collection<RESPCommand> & Sendable,
        deadline: NIODeadline
    ) async throws(RedisError) -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        guard !Task.isCancelled else { throw RedisError(.cancelled, "The task was cancelled before it asked Redis.") }
        let id = self.ids.wrappingAdd(1, ordering: .relaxed).newValue
        let result = await withTaskCancellationHandler {
            await withReplyContinuation { waiter in
                self.onEventLoop { $0.handler.send(commands, id: id, deadline: deadline, waiter: waiter) }
                // A cancellation that came before the command has found nothing to fail.
                if Task.isCancelled { self.onEventLoop { $0.handler.cancel(id) } }
            }
        } onCancel: {
            // Always behind what waits for the loop, even on it: the command may be among that.
            self.channel.eventLoop.execute { self.assumeIsolated { $0.handler.cancel(id) } }
        }
        return try result.get()
    }

    /// Writes commands and returns when the system has taken their bytes, which a slow server delays; nobody learns the replies.
    ///
    /// Does not end early when the task is cancelled, because what is half written cannot be taken back.
    nonisolated func post(
        _ commands: some Collection<RESPCommand> & Sendable,
        deadline: NIODeadline
    ) async throws(RedisError) {
        guard !commands.isEmpty else { return }
        let result = await withCheckedContinuation { writer in
            self.onEventLoop { $0.handler.post(commands, deadline: deadline, writer: writer) }
        }
        try result.get()
    }

    /// Does something where the I/O is: at once if that is here, else as soon as the loop comes to it.
    ///
    /// Not by awaiting a method of the actor: a task that prefers the executor of this very loop (``RedisClient/executor``) would then be
    /// put at the end of the loop's queue at every step, because Swift does not know that both are one thread. One command took eight
    /// such turns, and 9,000 instructions.
    private nonisolated func onEventLoop(_ body: @escaping @Sendable (isolated RedisConnection) -> Void) {
        if self.channel.eventLoop.inEventLoop {
            self.assumeIsolated(body)
        } else {
            self.channel.eventLoop.execute { self.assumeIsolated(body) }
        }
    }
}

// MARK: - Ending

extension RedisConnection {
    /// Refuses new commands, waits for the replies that are due, at most for `grace`, and closes.
    nonisolated func close(
        _ reason: RedisError? = nil,
        grace: Duration = .milliseconds(500)
    ) {
        self.onEventLoop { $0.handler.closeGracefully(reason ?? RedisChannelHandler.stopped, grace: TimeAmount(grace)) }
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
