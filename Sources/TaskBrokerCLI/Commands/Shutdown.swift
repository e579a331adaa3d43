import Synchronization
import UnixSignals

/// What each signal means to a worker, given those that came before.
final class Shutdown: Sendable {
    enum Action: Hashable, Sendable {
        /// Open the log file again.
        case reopen
        /// Warm: finish what runs.
        case drain
        /// Cold: give back what runs.
        case stop
        /// At once.
        case exit(ExitStatus)
    }

    private struct State {
        var isDraining = false
        var coldStatus: ExitStatus?
    }

    private let state = Mutex(State())

    /// The status of a worker that was stopped before its tasks had finished.
    var coldStatus: ExitStatus? { self.state.withLock { $0.coldStatus } }

    /// What to do about a signal.
    func action(on signal: UnixSignal) -> Action {
        if signal == .sighup { return .reopen }
        let status = signal == .sigquit ? ExitStatus(rawValue: 131) : Interruption.status(of: signal)
        return self.state.withLock { state in
            if state.coldStatus != nil { return .exit(status) }
            if state.isDraining || signal == .sigquit {
                state.coldStatus = status
                return .stop
            }
            state.isDraining = true
            return .drain
        }
    }
}
