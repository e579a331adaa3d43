package import Logging
import NIOCore
import NIOPosix

/// A connection to one Redis server that comes back by itself.
///
/// Everybody shares it: commands of concurrent tasks are pipelined, one write per turn of the event loop and one for what
/// a reply has called for. A task that needs a connection for itself makes another client.
///
/// ```swift
/// let client = RedisClient(RedisConfiguration(url: url), logger: logger)
/// async let _ = client.run()
/// let reply = try await client.send(["LLEN", "login"])
/// ```
///
/// Without ``run()`` nothing is connected, and commands wait until their deadline.
package final class RedisClient: Sendable {
    /// What the client was made with.
    package let configuration: RedisConfiguration

    private let logger: Logger
    private let commandDeadline: TimeAmount
    /// Where the connection lives, and those of others beside it.
    let loop: EventLoopExecutor
    private let slot: ConnectionSlot

    /// Creates a client; it connects when ``run()`` is called.
    ///
    /// - Parameters:
    ///   - configuration: Where Redis is.
    ///   - logger: For lost connections.
    ///   - client: Another client whose replies are to arrive on the same thread.
    package init(_ configuration: RedisConfiguration, logger: Logger, beside client: RedisClient? = nil) {
        self.configuration = configuration
        self.logger = logger
        self.commandDeadline = TimeAmount(configuration.commandDeadline)
        self.loop = client?.loop ?? EventLoopExecutor(MultiThreadedEventLoopGroup.singleton.next())
        self.slot = ConnectionSlot(configuration, eventLoop: self.loop.eventLoop, logger: logger)
    }

    /// Where replies arrive: a task that runs there gets them without a change of threads.
    ///
    /// It must not block there, for every connection on the same event loop would stand still.
    package var executor: any TaskExecutor { self.loop }
}

// MARK: - Running

extension RedisClient {
    /// Connects, and reconnects for ever, until the task is cancelled; to be called once.
    ///
    /// No failure ends it: waits between attempts grow to about a second. A cause is logged when it appears and every ten seconds
    /// while it lasts.
    package func run() async {
        let loop = ReconnectLoop(
            configuration: self.configuration,
            logger: self.logger,
            owner: ObjectIdentifier(self),
            eventLoop: self.loop.eventLoop
        )
        await loop.run { connected throws(RedisError) in
            let connection = try await RedisConnection.connect(self.configuration, on: self.loop)
            self.slot.fill(connection)
            connected()
            return await connection.closed()
        } failed: { cause in
            self.slot.empty(cause)
        }
        self.slot.stop()
    }

    /// Whether there is a connection now; it may be gone by the time the caller looks at the answer.
    package var isConnected: Bool { self.slot.isConnected }

    /// The number of the connection that there is now: another one tells that rights and scripts are to be tried out anew.
    package var connectionNumber: UInt64? { self.slot.connectionNumber }

    /// Notes, and logs if it is time to, that commands are forbidden inside scripts.
    ///
    /// - Returns: The error that a script would meet.
    package func note(forbiddenInScripts commands: [String]) -> RedisError {
        let names = commands.map { "'\($0.lowercased())'" }.joined(separator: ", ")
        let error = RedisError(reply: "NOPERM this user has no permissions to run \(names) inside scripts")
        self.configuration.outages.note(refusal: error, self.configuration.url, to: self.logger)
        return error
    }

    /// Why there is no connection; `nil` if there is one, or if none has been tried yet.
    package var outage: RedisError? { self.slot.outage }

    /// Replaces the connection, in case it only looks alive.
    package func reconnect() { self.slot.drop(.replaced) }

    /// An element for every connection from now on, and one at once if there is a connection already.
    ///
    /// For owners that must set something up on each new connection. Somebody who is slow sees the latest only. Ends when
    /// ``run()`` does.
    package func connects() -> AsyncStream<Void> { self.slot.connects() }

    /// Checks that the server can be used, without waiting for it to come back.
    ///
    /// Where ``send(_:deadline:)`` would wait out an outage, this throws the cause of the first failed attempt: a wrong
    /// password, an unknown host or a refused port are known after milliseconds. For commands that a person waits for.
    package func verify(deadline: Duration? = nil) async throws(RedisError) {
        let deadline = self.instant(after: deadline)
        let connection = try await self.slot.connection(before: deadline, failsFast: true)
        _ = try await connection.send(CollectionOfOne(RESPCommand("PING")), deadline: deadline)
    }
}

// MARK: - Sending

extension RedisClient {
    /// Sends a command and returns its reply.
    ///
    /// While there is no connection, the command waits for one.
    ///
    /// - Parameters:
    ///   - command: What to send.
    ///   - deadline: How long connection and reply may take together; the configuration's when absent.
    /// - Throws: ``RedisError``: an error reply, the cause of an outage that lasted beyond the deadline, or the deadline.
    @discardableResult
    package func send(_ command: RESPCommand, deadline: Duration? = nil) async throws(RedisError) -> RESPValue {
        try await self.slot.send(CollectionOfOne(command), deadline: self.instant(after: deadline)).first.unwrapped()
    }

    /// Sends commands in one write and returns their replies in order.
    ///
    /// Other callers' commands may run between them only if Redis serves other clients in between; use a script or `MULTI`
    /// for what must be atomic. An error reply is an element like any other.
    ///
    /// - Parameters:
    ///   - commands: What to send; nothing is sent when it is empty.
    ///   - deadline: How long connection and replies may take together; the configuration's when absent.
    /// - Throws: ``RedisError`` when not all replies arrived; some of the commands may have run.
    package func send(
        pipeline commands: [RESPCommand],
        deadline: Duration? = nil
    ) async throws(RedisError) -> [RESPValue] {
        guard !commands.isEmpty else { return [] }
        return try await self.slot.send(commands, deadline: self.instant(after: deadline))
    }

    /// Sends commands in one write over one connection, and never over another that has taken its place.
    ///
    /// - Parameters:
    ///   - commands: What to send.
    ///   - connection: The ``connectionNumber`` of that connection.
    ///   - deadline: How long the replies may take together.
    /// - Throws: ``RedisError`` when that connection is gone, or not all replies arrived.
    package func send(
        pipeline commands: [RESPCommand],
        over connection: UInt64,
        deadline: Duration
    ) async throws(RedisError) -> [RESPValue] {
        try await self.slot.send(commands, over: connection, deadline: self.instant(after: deadline))
    }

    /// Writes commands without waiting for their replies, which nobody will learn: a refusal goes unnoticed.
    ///
    /// Returns when the operating system has taken the bytes. A server that does not keep up thus slows its senders down.
    ///
    /// - Throws: ``RedisError`` when there was no connection in time, or the one there was broke while they were written.
    package func post(_ commands: [RESPCommand], deadline: Duration? = nil) async throws(RedisError) {
        try await self.slot.post(commands, deadline: self.instant(after: deadline))
    }

    /// Runs a script and returns what it returns.
    ///
    /// Sends the script's digest, and its text only to a server that does not know it yet: after its restart,
    /// `SCRIPT FLUSH` or a failover.
    ///
    /// - Parameters:
    ///   - script: The script.
    ///   - keys: All keys it touches.
    ///   - arguments: Its `ARGV`.
    ///   - deadline: How long everything may take together; the configuration's when absent.
    @discardableResult
    package func evaluate(
        _ script: RedisScript,
        keys: RESPArguments,
        arguments: RESPArguments = [],
        deadline: Duration? = nil
    ) async throws(RedisError) -> RESPValue {
        let deadline = self.instant(after: deadline)
        let command = script.command(keys: keys, arguments: arguments)
        let reply = try await self.slot.send(CollectionOfOne(command), deadline: deadline).first
        guard case .error(let message)? = reply, message.hasPrefix("NOSCRIPT") else { return try reply.unwrapped() }
        let whole = script.commandWithText(keys: keys, arguments: arguments)
        return try await self.slot.send(CollectionOfOne(whole), deadline: deadline).first.unwrapped()
    }

    /// Runs a script, and a command that reads what it has made, in one write; returns both replies.
    ///
    /// The command runs whatever the script did, and others may run between them. If it is refused, that is its reply.
    package func evaluate(
        _ script: RedisScript,
        keys: RESPArguments,
        arguments: RESPArguments,
        reading command: RESPCommand
    ) async throws(RedisError) -> (answer: RESPValue, read: RESPValue) {
        let deadline = self.instant(after: nil)
        var commands = [script.command(keys: keys, arguments: arguments), command]
        var replies = try await self.slot.send(commands, deadline: deadline)
        if case .error(let message)? = replies.first, message.hasPrefix("NOSCRIPT") {
            commands[0] = script.commandWithText(keys: keys, arguments: arguments)
            replies = try await self.slot.send(commands, deadline: deadline)
        }
        let answer = try replies.first.unwrapped()
        return (answer, replies.dropFirst().first ?? .null)
    }

    /// Runs a script whose keys are texts.
    @discardableResult
    package func evaluate(
        _ script: RedisScript,
        keys: [String],
        arguments: RESPArguments = [],
        deadline: Duration? = nil
    ) async throws(RedisError) -> RESPValue {
        try await self.evaluate(script, keys: RESPArguments(keys), arguments: arguments, deadline: deadline)
    }

    private func instant(after deadline: Duration?) -> NIODeadline {
        .now() + (deadline.map { TimeAmount($0) } ?? self.commandDeadline)
    }
}

extension RESPValue? {
    /// The reply, or the error that it is.
    func unwrapped() throws(RedisError) -> RESPValue {
        switch self {
        case .error(let message): throw RedisError(reply: message)
        case .some(let reply): return reply
        case nil: throw RedisError(.protocolViolation, "Redis sent no reply to a command.")
        }
    }
}
