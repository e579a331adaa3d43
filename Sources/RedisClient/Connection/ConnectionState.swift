import NIOCore

/// What a connection knows about its commands: a pure value that is driven by events and answers with what to do.
///
/// Commands wait in the order in which they were written, because replies come in that order. A command whose caller has
/// gone, cancelled or past its deadline, stays as a *tombstone*: its reply is still due and is thrown away when it comes,
/// so that the commands behind it get their own. Closing the connection instead would fail all of them.
///
/// `Waiter` is whoever is to be told the outcome; tests use names.
struct ConnectionState<Waiter>: ~Copyable {
    /// The times a connection lives by.
    struct Limits {
        /// How long the server may be silent while a reply is due.
        var silence: TimeAmount
        /// How long the connection may be idle before it sends `PING`.
        var pingInterval: TimeAmount

        /// Creates limits.
        init(silence: TimeAmount, pingInterval: TimeAmount) {
            self.silence = silence
            self.pingInterval = pingInterval
        }
    }

    // Looked at for each command and each reply: a box is copied more cheaply than what an error is made of.
    private indirect enum Phase {
        case active
        case closing(RedisError, latest: NIODeadline)
        case closed(RedisError)
    }

    /// One write: some commands, whose replies belong together.
    ///
    /// Without references, because one is put into the queue, looked up and taken out for each command, and copied each time.
    private struct Pending {
        let id: UInt64
        /// `nil` makes it a tombstone.
        var waiter: Waiter?
        let replyCount: Int
        let deadline: NIODeadline
        /// Until when the server may stay silent about this one; later than the deadline when a caller is in a hurry.
        let patience: NIODeadline
    }

    private let limits: Limits
    private let isSubscriber: Bool
    private var phase = Phase.active
    private var pending = CircularBuffer<Pending>(initialCapacity: 64)
    /// How many replies to the oldest write have come; the others have none yet.
    private var received = 0
    /// Those replies, unless it is a tombstone.
    private var replies: [RESPValue] = []
    private var lastReceived: NIODeadline

    /// When ``timeOut(now:)`` is due.
    ///
    /// There is one timer for the connection and not one for every command; replies do not move it, so that it may
    /// fire with nothing to do.
    private(set) var nextTimeout: NIODeadline

    /// Creates the state of a connection that has just been made.
    ///
    /// - Parameters:
    ///   - limits: The times it lives by.
    ///   - isSubscriber: Whether messages of channels arrive between the replies.
    ///   - now: The present.
    init(limits: Limits, isSubscriber: Bool, now: NIODeadline) {
        self.limits = limits
        self.isSubscriber = isSubscriber
        self.lastReceived = now
        self.nextTimeout = now + limits.pingInterval
    }
}

// MARK: - Sending

extension ConnectionState {
    /// Takes note of commands that are about to be written.
    ///
    /// - Returns: A ``RedisError/Code/connectionClosed`` when they must not be written, or `nil` to go ahead. The waiter is
    ///   kept only if they go ahead.
    mutating func send(
        id: UInt64,
        replyCount: Int,
        waiter: Waiter?,
        deadline: NIODeadline,
        now: NIODeadline
    ) -> RedisError? {
        switch self.phase {
        case .closing(let reason, _), .closed(let reason):
            return RedisError(.connectionClosed, reason.message, underlyingError: reason)
        case .active: break
        }
        self.pending.append(
            Pending(
                id: id,
                waiter: waiter,
                replyCount: replyCount,
                deadline: deadline,
                patience: max(deadline, now + self.limits.silence)
            )
        )
        self.nextTimeout = min(self.nextTimeout, deadline)
        return nil
    }

    /// Gives up waiting for a command without disturbing the others.
    ///
    /// - Returns: The waiter, if it has not been told anything yet.
    mutating func cancel(id: UInt64) -> Waiter? {
        guard let index = self.pending.firstIndex(where: { $0.id == id }) else { return nil }
        return self.takeWaiter(at: index)
    }

    /// Leaves a tombstone.
    private mutating func takeWaiter(at index: CircularBuffer<Pending>.Index) -> Waiter? {
        defer { self.pending[index].waiter = nil }
        if index == self.pending.startIndex { self.replies = [] }
        return self.pending[index].waiter
    }
}

// MARK: - Receiving

extension ConnectionState {
    /// What to do about something received.
    enum ReceiveAction {
        /// Nothing: more replies are due, or the caller has gone.
        case nothing
        /// Tell the waiter its replies.
        case resume(Waiter, [RESPValue])
        /// Pass on a message of a channel.
        case deliver([RESPValue])
        /// The stream has lost its meaning.
        case close(RedisError)
    }

    /// Assigns a reply to the command it answers.
    mutating func receive(_ reply: RESPValue, now: NIODeadline) -> ReceiveAction {
        self.lastReceived = now
        if self.isSubscriber, let message = reply.channelMessage { return .deliver(message) }
        guard let oldest = self.pending.first else {
            // A server that refuses a client says so unasked: `-ERR max number of clients reached`.
            guard let error = reply.errorMessage else {
                return .close(RedisError(.protocolViolation, "Redis sent a reply that nobody had asked for."))
            }
            return .close(RedisError(reply: error))
        }
        self.received += 1
        if oldest.waiter != nil { self.replies.append(reply) }
        guard self.received == oldest.replyCount else { return .nothing }
        self.pending.removeFirst()
        self.received = 0
        guard let waiter = oldest.waiter else { return .nothing }
        defer { self.replies = [] }
        return .resume(waiter, self.replies)
    }
}

extension RESPValue {
    /// The elements of a message that arrived through a subscription; RESP2 marks them by their first word only.
    fileprivate var channelMessage: [RESPValue]? {
        guard case .array(let elements) = self, case .bulkString(let kind)? = elements.first,
            kind.elementsEqual("message".utf8) || kind.elementsEqual("pmessage".utf8)
        else { return nil }
        return elements
    }
}

// MARK: - Time

extension ConnectionState {
    /// What to do when the timer has fired.
    enum TimeoutAction {
        /// Set the timer to ``nextTimeout``.
        case rearm
        /// Send `PING`, because nothing has been heard for a while.
        case ping
        /// The server has been silent for too long, or a closing connection took too long.
        case close(RedisError)
    }

    /// Finds commands past their deadline, silence and a dead server.
    ///
    /// - Returns: The waiters to tell that their deadline has passed, and what to do with the connection.
    mutating func timeOut(now: NIODeadline) -> (expired: [Waiter], action: TimeoutAction) {
        var expired: [Waiter] = []
        for index in self.pending.indices where self.pending[index].deadline <= now {
            if let waiter = self.takeWaiter(at: index) { expired.append(waiter) }
        }
        if case .closed = self.phase { return (expired, .rearm) }
        if case .closing(let reason, let latest) = self.phase, latest <= now { return (expired, .close(reason)) }
        if let silent = self.endOfSilence, silent <= now {
            return (expired, .close(RedisError(.connectionClosed, "Redis has stopped answering.")))
        }
        let isIdle = self.pending.isEmpty && self.lastReceived + self.limits.pingInterval <= now
        self.nextTimeout = self.followingTimeout(now: now)
        return (expired, isIdle ? .ping : .rearm)
    }

    /// When the server counts as dead unless it sends something; it may do so as long as no reply is due.
    private var endOfSilence: NIODeadline? {
        guard let oldest = self.pending.first else { return nil }
        return max(oldest.patience, self.lastReceived + self.limits.silence)
    }

    /// The next time anything can be due, and at least one look each ping interval: replies do not set the timer.
    private func followingTimeout(now: NIODeadline) -> NIODeadline {
        var next = self.lastReceived + self.limits.pingInterval
        if next <= now { next = now + self.limits.pingInterval }
        if let silent = self.endOfSilence { next = min(next, silent) }
        for command in self.pending where command.waiter != nil { next = min(next, command.deadline) }
        if case .closing(_, let latest) = self.phase { next = min(next, latest) }
        return next
    }
}

// MARK: - Closing

extension ConnectionState {
    /// Whether a closing connection has given all the replies it owed.
    var isDrained: Bool {
        if case .closing = self.phase { self.pending.isEmpty } else { false }
    }

    /// Why the connection was closed, once it is.
    var closeReason: RedisError? {
        if case .closed(let reason) = self.phase { reason } else { nil }
    }

    /// Refuses new commands, and lets those that were sent finish until `latest`.
    mutating func closeGracefully(_ reason: RedisError, latest: NIODeadline) {
        guard case .active = self.phase else { return }
        self.phase = .closing(reason, latest: latest)
        self.nextTimeout = min(self.nextTimeout, latest)
    }

    /// Ends the connection; of several reasons the first counts.
    ///
    /// - Returns: The waiters whose replies will not come, and what to tell them.
    mutating func close(_ reason: RedisError) -> (waiters: [Waiter], reason: RedisError) {
        let reason =
            switch self.phase {
            case .active: reason
            case .closing(let first, _), .closed(let first): first
            }
        self.phase = .closed(reason)
        let waiters = self.pending.compactMap { $0.waiter }
        self.pending.removeAll()
        return (waiters, reason.afterSending())
    }
}
