import ArgumentParser
import TaskBroker

/// Who may command a worker from afar, as `--control` says it.
enum ControlChoice: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// `signed` with a key, else `all` where the broker is on this machine, else `inspect`.
    case standard
    case all
    case inspect
    case signed
    case none
}

extension ControlChoice {
    /// Writes the choice into a worker's configuration.
    ///
    /// - Throws: A `CommandError` when commands have to be signed and the app has no key.
    func apply(to configuration: inout WorkerConfiguration, key: ControlKey?) throws(CommandError) {
        switch self {
        case .standard: break
        case .all: configuration.control = .all
        case .inspect: configuration.control = .inspect
        case .none: configuration.hasRemoteControl = false
        case .signed:
            guard let key else {
                throw CommandError(
                    .usage,
                    "--control signed needs a key.",
                    advice:
                        "Set TASKBROKER_CONTROL_KEY, here and where commands are sent; make one with: openssl rand -hex 32"
                )
            }
            configuration.control = .signed(with: key)
        }
    }
}
