package import CeleryProtocol

extension CallOptions {
    /// Options as they travel in a signature, without callbacks.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` for a unique key: the message is sent by somebody else.
    init(_ options: TaskOptions) throws(TaskBrokerError) {
        guard options.unique == nil else {
            throw TaskBrokerError(
                .invalidConfiguration,
                "A unique key cannot be given to a signature: whoever sends its message does not know the key."
            )
        }
        self.init()
        self.taskID = options.taskID
        self.countdown = options.countdown?.inSeconds
        self.eta = options.eta.map(Timestamp.init)
        self.expires = options.expires.map { .after($0.inSeconds) }
        self.timeLimit = options.timeLimit?.inSeconds
        self.softTimeLimit = options.softTimeLimit?.inSeconds
        self.ignoreResult = options.ignoresResult
        self.headers = options.headers
        if let retry = options.retry { self.headers[RetrySchedule.headerName] = retry.headerValue }
        self.queue = options.queue
        self.exchange = options.exchange
        self.routingKey = options.routingKey
        self.priority = options.priority
    }
}

extension TaskOptions {
    /// The options by their names in a signature, without callbacks.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` for a unique key.
    package var signatureOptions: [String: JSONValue] {
        get throws(TaskBrokerError) { try CallOptions(self).json }
    }
}
