package import CeleryProtocol

/// Where messages are sent to and taken from.
///
/// One broker belongs to one ``TaskApp``. Everything it does to a message is one atomic step on the other side, so that no
/// crash, at any instant, leaves a message in two places or in none (`docs/architecture.md` §12).
package protocol Broker: Sendable {
    /// Keeps the connections alive; returns when it is cancelled.
    func run() async

    /// Where the broker's answers arrive: whoever runs there hears them without a change of threads, and must not block; the global
    /// executor if that is anywhere.
    var executor: any TaskExecutor { get }

    /// Checks that the broker answers, failing at once with the cause instead of waiting for a deadline.
    ///
    /// Command-line tools call it first, so that a wrong password or a refused port is reported within a second.
    func verify() async throws(TaskBrokerError)

    /// Sends messages, all of them in one pipeline; returns when every one is as safe as the most demanding of them wants.
    ///
    /// A message whose exchange has no matching binding is dropped, as kombu does on Redis. When a queue is full, what has not been sent
    /// before is not sent.
    ///
    /// - Returns: For each message, in order, whether it was sent.
    /// - Throws: ``TaskBrokerError/Code/brokerUnavailable`` or ``TaskBrokerError/Code/publishRefused`` if the broker has not taken the messages;
    ///   ``TaskBrokerError/Code/publishUncertain`` after a lost connection, when it is unknown which of them arrived.
    func publish(
        _ publications: [Publication],
        _ terms: PublishTerms
    ) async throws(TaskBrokerError) -> [PublishReceipt]

    /// Makes queues known to every producer: writes their bindings as kombu keeps them.
    func declare(_ queues: [Queue]) async throws(TaskBrokerError)

    /// Enters revocations into the log that every worker of the broker knows.
    ///
    /// When it returns, no claim hands out a message that is meant, in no worker.
    func revoke(_ revocations: [Revocation], _ limits: RevocationLimits) async throws(TaskBrokerError)

    /// The consuming half, for one worker.
    func makeConsumer(_ configuration: ConsumerConfiguration) throws(TaskBrokerError) -> any Consumer

    /// Where the broker is.
    var address: BrokerAddress { get }

    // MARK: Fanout and replies

    /// Listens to a fanout exchange while `body` runs.
    ///
    /// What is published once `body` has begun is heard, unless the connection breaks or the listener is too slow; the sequence
    /// says so in both cases. Nothing is stored for those who do not listen.
    ///
    /// - Parameters:
    ///   - exchange: The name of the exchange.
    ///   - pattern: Which routing keys to hear, as a glob of Redis (`worker.*`); without it only messages that have none.
    ///   - queue: A name to enter into the table of bindings while `body` runs, as kombu does. It has no effect on delivery.
    ///   - body: Reads the messages.
    func withBroadcasts<Value: Sendable>(
        of exchange: String,
        routingKeys pattern: String?,
        boundAs queue: String?,
        _ body: (BroadcastSequence) async throws -> Value
    ) async throws -> Value

    /// Pushes a reply to the queue of an address, if somebody waits there.
    ///
    /// The queue expires ten seconds later unless it is emptied, so that nothing stays behind for a client that has gone.
    ///
    /// - Returns: Whether somebody waits.
    @discardableResult
    func reply(_ payload: [UInt8], to address: ReplyAddress) async throws(TaskBrokerError) -> Bool

    /// Receives replies while `body` runs; every trace of the queue is removed afterwards, also when the task is cancelled.
    func withReplies<Value: Sendable>(
        to address: ReplyAddress,
        _ body: (any ReplyReceiver) async throws -> Value
    ) async throws -> Value
}

extension Broker {
    package var executor: any TaskExecutor { globalConcurrentExecutor }

    /// Sends messages to queues that take any number of them.
    @discardableResult
    package func publish(_ publications: [Publication]) async throws(TaskBrokerError) -> [PublishReceipt] {
        try await self.publish(publications, PublishTerms())
    }

    /// Listens to a fanout exchange without a name in its table of bindings.
    package func withBroadcasts<Value: Sendable>(
        of exchange: String,
        routingKeys pattern: String? = nil,
        _ body: (BroadcastSequence) async throws -> Value
    ) async throws -> Value {
        try await self.withBroadcasts(of: exchange, routingKeys: pattern, boundAs: nil, body)
    }

    /// Sends a message to everybody who listens to a fanout exchange at the moment.
    package func broadcast(
        _ payload: [UInt8],
        to exchange: String,
        routingKey: String = ""
    ) async throws(TaskBrokerError) {
        let destination = Destination.exchange(.fanout(exchange), routingKey: routingKey)
        _ = try await self.publish([Publication(destination: destination, payload: payload)])
    }
}
