package import CeleryProtocol
import RedisClient

extension RedisBroker {
    /// How long a reply waits for its reader: kombu's `control_queue_expires`.
    private static let replyLifetime = Duration.seconds(10)

    @discardableResult
    package func reply(_ payload: [UInt8], to address: ReplyAddress) async throws(TaskBrokerError) -> Bool {
        var arguments = RESPArguments([address.member])
        arguments.append(Self.replyLifetime.inMilliseconds)
        arguments.append(payload)
        do throws(RedisError) {
            let answer = try await self.commands.evaluate(
                ReplyScript.script,
                keys: [RedisKeys.bindings(of: ControlExchange.replies), address.queue],
                arguments: arguments
            )
            return answer.integer == 1
        } catch {
            throw TaskBrokerError(error, isPublishing: true)
        }
    }

    package func withReplies<Value: Sendable>(
        to address: ReplyAddress,
        _ body: (any ReplyReceiver) async throws -> Value
    ) async throws -> Value {
        var configuration = self.commands.configuration
        // Somebody who waits in BRPOP hears no answer to a PING.
        configuration.pingInterval = .seconds(86_400)
        let client = RedisClient(configuration, logger: self.logger)
        let result = await withTaskGroup(of: Void.self, returning: Result<Value, any Error>.self) { group in
            group.addTask { await client.run() }
            let result: Result<Value, any Error>
            do {
                try await self.bind(address.member, to: ControlExchange.replies)
                result = .success(try await body(RedisReplyReceiver(client: client, queue: address.queue)))
            } catch {
                result = .failure(error)
            }
            // The connection goes first: a BRPOP that was given up must not take anything more.
            group.cancelAll()
            await group.waitForAll()
            return result
        }
        await self.unbind(
            address.member,
            from: ControlExchange.replies,
            deleting: Priority.steps.map { Priority.list(queue: address.queue, step: $0) }
        )
        return try result.get()
    }
}

/// Takes replies from a list with `BRPOP`, on a connection of its own.
private struct RedisReplyReceiver: ReplyReceiver {
    let client: RedisClient
    let queue: String

    func next(before deadline: ContinuousClock.Instant) async throws(TaskBrokerError) -> [UInt8]? {
        let rest = ContinuousClock.now.duration(to: deadline)
        // Redis takes 0 as "for ever".
        guard rest > .milliseconds(1) else { return nil }
        do throws(RedisError) {
            let reply = try await self.client.send(
                ["BRPOP", self.queue, String(rest.inSeconds)],
                deadline: rest + self.client.configuration.commandDeadline
            )
            return reply.array?.last?.bytes
        } catch {
            throw TaskBrokerError(error)
        }
    }
}

extension ReplyAddress {
    /// The entry in the table of bindings.
    fileprivate var member: String {
        Binding(queue: self.queue, exchange: .direct(ControlExchange.replies), routingKey: self.id).member
    }
}
