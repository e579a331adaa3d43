import CeleryProtocol

/// What becomes of a task whose host died.
enum LostRun: Sendable {
    /// It runs again: it was another task's fault, or is not known to be its own.
    case again
    /// It has ended in this.
    case ended(TaskOutcome)
}

/// The death of a task host, for people.
struct HostDeath: Sendable {
    let end: ProcessEnd
    let condemnation: Condemnation?
    let fault: HostProtocolError?
    /// The last that it wrote.
    let output: String
}

extension HostDeath {
    /// `signal 11 (SIGSEGV)`, and why if the supervisor itself has killed it.
    var reason: String {
        if let fault { return "\(fault)" }
        switch self.condemnation {
        case .memory(let bytes, let limit)?:
            return
                "\(self.end): it occupied \(bytes >> 10) KiB of memory, more than twice the limit of \(limit >> 10) KiB"
        case .overtime(_, let limit)?: return "\(self.end): a task was over its time limit of \(limit.inSeconds) s"
        case .defiant?: return "\(self.end): a task did not end when it was told to"
        case nil: return "\(self.end)"
        }
    }

    /// What is stored for a task that has crashed too often, under the name that Celery's pool uses.
    func outcome(afterCrashes count: Int) -> TaskOutcome {
        let sentence = "Worker exited prematurely: \(self.reason)."
        return .undeliverable(
            reason: "its task host has died \(count) times while it ran, the last time by \(self.reason)",
            ExceptionDocument(type: "WorkerLostError", message: [.string(sentence)], module: "billiard.exceptions"),
            traceback: self.output.isEmpty ? nil : self.output
        )
    }
}
