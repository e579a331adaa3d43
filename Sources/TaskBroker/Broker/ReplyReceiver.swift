/// The queue in which the replies to one control request arrive; see ``Broker/withReplies(to:_:)``.
package protocol ReplyReceiver: Sendable {
    /// Takes the next reply, waiting for one if need be; `nil` when none came in time.
    ///
    /// - Throws: ``TaskBrokerError/Code/brokerUnavailable``, or ``TaskBrokerError/Code/cancelled``.
    func next(before deadline: ContinuousClock.Instant) async throws(TaskBrokerError) -> [UInt8]?
}
