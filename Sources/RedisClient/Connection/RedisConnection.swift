import NIOCore
import Synchronization

/// One connection: commands in, replies out, in order, until it ends.
///
/// ``RedisClient`` makes a new one then. No actor, though everything happens on the event loop of its channel: a task that prefers the
/// executor of this very loop (``RedisClient/executor``) would be put at the end of the loop's queue at every step, because Swift does
/// not know that both are one thread. One command took eight such turns, and 9,000 instructions.
final class RedisConnection: Sendable {
    private let channel: any Channel
    private let eventLoop: any EventLoop
    private let handler: RedisChannelHandler
    /// Numbers for what is sent, to cancel it by.
    private let ids = Atomic<UInt64>(0)

    /// Wraps a channel whose pipeline ends with `handler`.
    init(channel: any Channel, handler: RedisChannelHandler) {
        self.channel = channel
        self.eventLoop = channel.eventLoop
        self.handler = handler
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
        let id = self.ids.wrappingAdd(1, ordering: .relaxed).newValue
        let result = await withTaskCancellationHandler {
            await withReplyContinuation { waiter in
                // Without the closure that the way from other threads needs, which would be made for each command.
                guard !self.eventLoop.inEventLoop else {
                    return self.handler.send(commands, id: id, deadline: deadline, waiter: waiter)
                }
                self.eventLoop.execute { self.handler.send(commands, id: id, deadline: deadline, waiter: waiter) }
                // A cancellation that came before the command has found nothing to fail.
                if Task.isCancelled { self.eventLoop.execute { self.handler.cancel(id) } }
            }
        } onCancel: {
            // Always behind what waits for the loop, even on it: the command may be among that.
            self.eventLoop.execute { self.handler.cancel(id) }
        }
        return try result.get()
    }

    /// Writes commands and returns when the system has taken their bytes, which a slow server delays; nobody learns the replies.
    ///
    /// Does not end early when the task is cancelled, because what is half written cannot be taken back.
    func post(
        _ commands: some Collection<RESPCommand> & Sendable,
        deadline: NIODeadline
    ) async throws(RedisError) {
        guard !commands.isEmpty else { return }
        let result = await withCheckedContinuation { writer in
            self.onEventLoop { self.handler.post(commands, deadline: deadline, writer: writer) }
        }
        try result.get()
    }

    /// Does something where the I/O is: at once if that is here, else as soon as the loop comes to it.
    private func onEventLoop(_ body: @escaping @Sendable () -> Void) {
        if self.eventLoop.inEventLoop { body() } else { self.eventLoop.execute(body) }
    }
}

// MARK: - Ending

extension RedisConnection {
    /// Refuses new commands, waits a little for the replies that are due, and closes.
    func close(_ reason: RedisError? = nil) {
        let reason = reason ?? RedisChannelHandler.stopped
        self.onEventLoop { self.handler.closeGracefully(reason) }
    }

    /// Waits until the connection has ended and returns why; cancelling the task closes it.
    func closed() async -> RedisError {
        let reason = await withTaskCancellationHandler {
            // The future of closing never fails.
            try? await self.channel.closeFuture.map { self.handler.closeReason }.get()
        } onCancel: {
            self.close()
        }
        return reason ?? RedisChannelHandler.stopped
    }
}
