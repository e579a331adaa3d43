import TestSupport

/// Whose workers a fleet consists of.
enum FleetProgram: Sendable {
    /// Ours.
    case taskBroker
    /// Celery 5.7, so that its figures come from the same faults.
    case celery(CeleryVariant)
}

/// How Celery's workers are set up.
enum CeleryVariant: String, Sendable {
    /// As they come, acknowledged before they run, but for a visibility timeout of seconds instead of an hour.
    case standard = "Celery 5.7"
    /// As safe as Celery can be made: with `acks_late` and `reject_on_worker_lost` on top.
    case late = "Celery 5.7, acks_late"
}

extension FleetProgram {
    /// What it is called in the table.
    var name: String {
        switch self {
        case .taskBroker: "TaskBroker"
        case .celery(let variant): variant.rawValue
        }
    }

    /// How long a fleet may do nothing before what is missing counts as lost.
    ///
    /// Celery looks for abandoned messages each 100 s.
    var patience: Duration { self.isOurs ? .seconds(45) : .seconds(150) }

    /// Whether what is measured has to meet a bar.
    var isOurs: Bool {
        if case .taskBroker = self { true } else { false }
    }

    /// Whether a worker has said that it takes messages from now.
    func isReady(_ process: GuardedProcess) -> Bool {
        switch self {
        case .taskBroker: process.errorText.contains("concurrency")
        case .celery: process.errorText.contains(" ready.")
        }
    }

    /// A worker's program and arguments.
    func command(
        node: String,
        queues: [String],
        slots: Int,
        lease: Int,
        finishesLate: Bool
    ) throws -> (program: String, arguments: [String]) {
        let queues = queues.joined(separator: ",")
        switch self {
        case .taskBroker:
            let arguments = [
                "worker", "-n", "\(node)@faults", "-Q", queues, "-c", "\(slots)", "--lease", "\(lease)", "-l",
                "warning", "--on-lease-lost", finishesLate ? "finish" : "stop", "--without-heartbeat", "--allow-root",
                "--health", "0",
            ]
            return (try BuiltProgram.faultWorker, arguments)
        case .celery:
            let arguments = [
                "-m", "celery", "--app", "fault_app", "worker", "-n", "\(node)@faults", "-Q", queues,
                "--concurrency", "\(slots)", "--prefetch-multiplier", "1", "--loglevel", "info", "--without-gossip",
                "--without-mingle", "--without-heartbeat",
            ]
            return ("\(BuiltProgram.root)/.interop/celery/bin/python", arguments)
        }
    }

    /// A worker's environment.
    ///
    /// - Parameters:
    ///   - url: Where it finds Redis.
    ///   - backend: Where it stores results; in the same Redis when absent.
    ///   - effects: The effect file.
    ///   - visibility: Celery's visibility timeout in seconds.
    func environment(url: String, backend: String?, effects: String, visibility: Int) -> [String: String?] {
        var variables: [String: String?] = [
            "TASKBROKER_URL": url, "TASKBROKER_BACKEND_URL": backend, "CELERY_BROKER_URL": nil,
            "CELERY_RESULT_BACKEND": nil,
            "FAULT_EFFECTS": effects,
        ]
        guard case .celery(let variant) = self else { return variables }
        variables["FAULT_BROKER"] = url
        variables["FAULT_VISIBILITY"] = "\(visibility)"
        variables["FAULT_ACKS_LATE"] = variant == .late ? "1" : ""
        variables["PYTHONPATH"] = "\(BuiltProgram.root)/Tests/FaultTests/Python"
        variables["PYTHONDONTWRITEBYTECODE"] = "1"
        return variables
    }
}

extension BuiltProgram {
    /// The workers of the fault suite, built together with it; `TASKBROKER_FAULT_WORKER` names others, such as mutants.
    static var faultWorker: String {
        get throws(Missing) { try Self.beside("fault-worker", orNamedBy: "TASKBROKER_FAULT_WORKER") }
    }
}
