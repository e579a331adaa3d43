/// What is known of a message whose sending ended with ``TaskBrokerError/Code/publishUncertain``; its `underlyingError`.
public struct PublishUncertainty: Error, Hashable {
    /// How many replicas have confirmed it.
    public let replicas: Int
    /// How many were to.
    public let wanted: Int
    /// Why Redis does not say how many have, if it does not.
    public let reason: String?

    package init(replicas: Int, wanted: Int, reason: String? = nil) {
        self.replicas = replicas
        self.wanted = wanted
        self.reason = reason
    }
}

extension TaskBrokerError {
    /// The error for messages that fewer replicas than wanted have confirmed.
    init(_ uncertainty: PublishUncertainty) {
        let reason = uncertainty.reason.map { " (\($0))" } ?? ""
        self.init(
            .publishUncertain,
            """
            Redis has what was sent, but \(uncertainty.replicas) of the \(uncertainty.wanted) replicas that were to have it have \
            confirmed it in time\(reason). It will be run unless Redis fails before they catch up. Do not send it again without a unique key.
            """,
            underlyingError: uncertainty
        )
    }
}
