import TaskBroker

extension CommandError {
    /// What a person is told about any error.
    package init(_ error: any Error) {
        self =
            switch error {
            case let error as CommandError: error
            case let error as TaskBrokerError: Self(ExitStatus(error.code), error.message)
            case let error as TaskFailure: Self(error.isRevoked ? .taskRevoked : .taskFailed, error.description)
            case let error as RoutingError: Self(ExitStatus(error.code), error.message)
            case is CancellationError: Self(.interrupted, "Interrupted.")
            default: Self(.failure, String(describing: error))
            }
    }
}

extension ExitStatus {
    /// The status for an error of the library.
    init(_ code: TaskBrokerError.Code) {
        self =
            switch code {
            case .invalidConfiguration: .configuration
            case .brokerUnavailable: .unavailable
            case .notPermitted: .notPermitted
            case .publishUncertain: .uncertain
            case .queueFull: .tryAgain
            case .publishRefused, .messageTooLarge, .argumentMismatch, .encodingFailed: .rejected
            case .timedOut: .timedOut
            case .notFound: .notFound
            case .revoked: .taskRevoked
            case .cancelled: .interrupted
            default: .failure
            }
    }

    /// The status for an error of routing.
    init(_ code: RoutingError.Code) {
        self = code == .queueNotFound ? .notFound : .usage
    }
}
