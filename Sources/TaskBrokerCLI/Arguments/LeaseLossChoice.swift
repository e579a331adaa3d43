import ArgumentParser
import TaskBroker

/// What becomes of a task whose lease may be lost, as a word of the command line.
enum LeaseLossChoice: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// It is stopped, so that it does not run beside its successor.
    case stop
    /// It may finish; its end counts only if the lease was not lost after all.
    case finish
}

extension LeaseLossChoice {
    var policy: LeaseLossPolicy {
        switch self {
        case .stop: .terminate
        case .finish: .finishFenced
        }
    }
}
