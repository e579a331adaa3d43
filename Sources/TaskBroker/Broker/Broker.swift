/// Where messages are sent to and taken from.
///
/// One broker belongs to one ``TaskApp``. Everything it does to a message is one atomic step on the other side, so that no
/// crash, at any instant, leaves a message in two places or in none (`docs/architecture.md` §12).
package protocol Broker: Sendable {
    /// Keeps the connections alive; returns when it is cancelled.
    func run() async

    /// Checks that the broker answers, failing at once with the cause instead of waiting for a deadline.
    ///
    /// Command-line tools call it first, so that a wrong password or a refused port is reported within a second.
    func verify() async throws(TaskBrokerError)

    /// Sends messages, all of them in one pipeline; returns when every one is stored.
    ///
    /// A message whose exchange has no matching binding is dropped, as kombu does on Redis.
    ///
    /// - Returns: For each message, in order, whether it was sent.
    /// - Throws: ``TaskBrokerError/Code/brokerUnavailable`` or ``TaskBrokerError/Code/publishRefused``. After a lost connection
    ///   it is unknown which of the messages arrived.
    func publish(_ publications: [Publication]) async throws(TaskBrokerError) -> [PublishReceipt]

    /// Makes queues known to every producer: writes their bindings as kombu keeps them.
    func declare(_ queues: [Queue]) async throws(TaskBrokerError)

    /// The consuming half, for one worker.
    func makeConsumer(_ configuration: ConsumerConfiguration) throws(TaskBrokerError) -> any Consumer
}
