import NIOCore
private import NIOPosix
private import NIOSSL

extension RedisConnection {
    /// Connects, encrypts and logs in.
    ///
    /// - Parameters:
    ///   - configuration: Where to and how.
    ///   - loop: The loop that is to run the connection, and those who wait for it.
    ///   - deliver: Takes the messages of channels, on the event loop; needed by subscribers only.
    /// - Throws: ``RedisError`` saying what to change.
    static func connect(
        _ configuration: RedisConfiguration,
        on loop: EventLoopExecutor,
        deliver: (@Sendable ([RESPValue]) -> Void)? = nil
    ) async throws(RedisError) -> RedisConnection {
        let deadline = NIODeadline.now() + TimeAmount(configuration.connectTimeout)
        let eventLoop = loop.eventLoop
        // Read again for each connection: certificates are renewed while workers run.
        let tls = try RedisTLSContext(configuration)
        let address = configuration.url.address
        let handlers = NIOLoopBoundBox.makeBoxSendingValue(
            [ObjectIdentifier: RedisChannelHandler](),
            as: [ObjectIdentifier: RedisChannelHandler].self,
            eventLoop: eventLoop
        )
        let bootstrap = ClientBootstrap(group: eventLoop)
            .connectTimeout(TimeAmount(configuration.connectTimeout))
            .channelOptions(for: address)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls { try channel.pipeline.syncOperations.addHandler(tls.makeHandler()) }
                    let handler = RedisChannelHandler(
                        loop: loop,
                        configuration: configuration,
                        deliver: deliver
                    )
                    handlers.value[ObjectIdentifier(channel)] = handler
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
        let connection: RedisConnection
        do {
            connection = try await bootstrap.connect(to: address, on: loop, handlers)
        } catch {
            throw RedisError(connectingTo: address, error, isConnected: false)
        }
        do throws(RedisError) {
            try await connection.logIn(configuration, deadline: deadline)
        } catch {
            connection.close(error)
            throw RedisError(endOfLogin: error, at: configuration.url)
        }
        return connection
    }

    /// `AUTH`, `SELECT` and `CLIENT SETNAME` in one write, and a `PING` that shows whether commands work now.
    private func logIn(_ configuration: RedisConfiguration, deadline: NIODeadline) async throws(RedisError) {
        let url = configuration.url
        var commands: [RESPCommand] = []
        switch (url.username, url.password) {
        case (nil, nil): break
        case (let username?, let password): commands.append(["AUTH", username, password ?? ""])
        case (nil, let password?): commands.append(["AUTH", password])
        }
        if url.database != 0 { commands.append(["SELECT", String(url.database)]) }
        if let name = configuration.clientName { commands.append(["CLIENT", "SETNAME", name]) }
        commands.append(RESPCommand("PING"))

        let replies = try await self.send(commands, deadline: deadline)
        for (command, reply) in zip(commands, replies) {
            guard let error = reply.errorMessage else { continue }
            // Names and PING are a convenience: an ACL may forbid them to a user who can work all the same.
            let mayBeRefused = command.name == "CLIENT" || error.hasPrefix("NOPERM") && command.name == "PING"
            if !mayBeRefused { throw RedisError(loggingInTo: url, command: command.name, reply: error) }
        }
    }
}

extension ClientBootstrap {
    fileprivate func channelOptions(for address: RedisAddress) -> ClientBootstrap {
        guard case .tcp = address else { return self }
        let bootstrap =
            self
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
        #if os(Linux)
        // Sent data that the peer does not acknowledge ends the connection after 15 s; Linux would take 15 minutes.
        let userTimeout = ChannelOptions.Types.SocketOption(level: .tcp, name: .init(rawValue: 18))
        return bootstrap.channelOption(userTimeout, value: 15_000)
        #else
        return bootstrap
        #endif
    }

    /// Connects, and stops waiting when the task is cancelled: a host that swallows packets takes the whole timeout.
    ///
    /// - Parameter handlers: Those of the channels that are tried: a channel that has failed already has none in its pipeline any more,
    ///   and its handler knows why.
    fileprivate func connect(
        to address: RedisAddress,
        on loop: EventLoopExecutor,
        _ handlers: NIOLoopBoundBox<[ObjectIdentifier: RedisChannelHandler]>
    ) async throws -> RedisConnection {
        let promise = loop.eventLoop.makePromise(of: RedisConnection.self)
        let channel =
            switch address {
            case .tcp(let host, let port): self.connect(host: host, port: port)
            case .unix(let path): self.connect(unixDomainSocketPath: path)
            }
        channel.whenComplete { result in
            promise.completeWith(
                Result {
                    let channel = try result.get()
                    guard let handler = handlers.value[ObjectIdentifier(channel)] else { throw ChannelError.eof }
                    let connection = RedisConnection(channel: channel, handler: handler)
                    // The first completion counts: a connection that comes after the cancellation has no owner.
                    promise.futureResult.whenFailure { _ in connection.close() }
                    return connection
                }
            )
        }
        return try await withTaskCancellationHandler {
            try await promise.futureResult.get()
        } onCancel: {
            promise.fail(CancellationError())
        }
    }
}
