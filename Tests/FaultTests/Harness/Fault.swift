import CeleryProtocol
import Synchronization

/// Something that was done to a fleet or its Redis.
struct Fault: Sendable {
    /// What it was.
    enum Kind: Sendable {
        /// `kill -9` of a supervisor.
        case killed(Int32)
        /// `kill -STOP` of a supervisor for longer than its lease.
        case paused(Int32)
        /// Redis or the way to it was gone, or as good as gone, until the time of the fault.
        case outage
        /// Anything else, which makes nobody wait.
        case other
    }

    let kind: Kind
    /// When it happened; of an outage, when it ended.
    let time: Timestamp
}

/// What was done in the course of a scenario.
final class FaultLog: Sendable {
    private let log = Mutex<[Fault]>([])

    /// Takes a note that something happens now.
    func note(_ kind: Fault.Kind) {
        let fault = Fault(kind: kind, time: .now())
        self.log.withLock { $0.append(fault) }
    }

    /// Everything so far.
    var faults: [Fault] { self.log.withLock { $0 } }
}
