/// The settings of one worker.
public struct WorkerConfiguration: Sendable {
    /// The queues to take from (`-Q`); `nil` for every declared one.
    public var queues: [String]?
    /// Queues to leave out (`-X`).
    public var excludedQueues: [String]
    /// How many tasks run at once at most (`-c`).
    public var concurrency: Int
    /// How many messages are claimed beyond that; 0 leaves them to workers that are free.
    public var prefetch: Int
    /// The node name (`-n`): `%h` is the host's name, `%n` its first part, `%d` the rest.
    public var name: String
    /// How long a claim lasts unless it is renewed: how long the work of a killed worker waits for another one.
    ///
    /// With less than 12 s, an interruption of less than 3 s may cost a running task its lease: what the broker takes for a gap does not
    /// get shorter (`docs/decisions/0010`).
    public var lease: Duration
    /// How long running tasks may go on after a shutdown began; `nil` for as long as they need.
    public var drainTimeout: Duration?
    /// Whether the worker ends when its queues are empty.
    public var isBurst: Bool
    /// What happens to a task whose lease is lost.
    public var onLeaseLost: LeaseLossPolicy
    /// How often a message may be handed out to workers that do not finish it, before it is a dead letter.
    public var maxDeliveries: Int
    /// Where tasks run.
    public var host: HostKind
    /// What it tells monitors (`-E`).
    public var events: EventConfiguration
    /// Who may command it from afar; `nil` for ``ControlPolicy/all`` where the broker is on this machine, and for
    /// ``ControlPolicy/inspect`` where it is not, or for signed commands if the app has a key.
    public var control: ControlPolicy?
    /// Whether it listens to remote control at all.
    public var hasRemoteControl: Bool

    /// Creates a configuration.
    public init(
        queues: [String]? = nil,
        excludedQueues: [String] = [],
        concurrency: Int? = nil,
        prefetch: Int = 0,
        name: String = "celery@%h",
        lease: Duration = .seconds(30),
        drainTimeout: Duration? = nil,
        isBurst: Bool = false,
        onLeaseLost: LeaseLossPolicy = .terminate,
        maxDeliveries: Int = 20,
        host: HostKind = .inProcess,
        events: EventConfiguration = .init(),
        control: ControlPolicy? = nil,
        hasRemoteControl: Bool = true
    ) {
        self.queues = queues
        self.excludedQueues = excludedQueues
        self.concurrency = max(1, concurrency ?? ProcessInfo.processorCount)
        self.prefetch = max(0, prefetch)
        self.name = name
        self.lease = max(lease, .milliseconds(100))
        self.drainTimeout = drainTimeout
        self.isBurst = isBurst
        self.onLeaseLost = onLeaseLost
        self.maxDeliveries = max(1, maxDeliveries)
        self.host = host
        self.events = events
        self.control = control
        self.hasRemoteControl = hasRemoteControl
    }
}

/// What a worker does when it learns that the lease of a running task is lost, or can no longer be sure of it.
public enum LeaseLossPolicy: Sendable, Hashable {
    /// Cancels the task, so that it does not run beside its successor.
    case terminate
    /// Lets it finish. Its outcome is stored only if the lease was not lost after all.
    case finishFenced
}

/// Where a worker runs tasks.
public struct HostKind: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case inProcess
        case processes(HostConfiguration)
    }

    let kind: Kind

    /// In the worker's own process, for a worker that is part of a server: a task that crashes takes all of it along.
    public static let inProcess = Self(kind: .inProcess)

    /// In child processes, so that a task that crashes, hangs or leaks ends nothing but its own process.
    ///
    /// For programs whose commands are a `CommandTree` of TaskBrokerCLI: a child is this program with the command `task-host`.
    ///
    /// - Parameters:
    ///   - count: How many; by default one for each processor, and no more than tasks run at once.
    ///   - maximumTasks: After how many tasks a process is replaced.
    ///   - maximumMemory: With how many bytes of memory a process is replaced; with twice as many it is killed.
    public static func processes(count: Int? = nil, maximumTasks: Int? = nil, maximumMemory: Int? = nil) -> Self {
        .processes(HostConfiguration(count: count, maximumTasks: maximumTasks, maximumMemory: maximumMemory))
    }

    /// How many child processes run tasks of which so many run at once; `nil` for none.
    package func processCount(forConcurrency concurrency: Int) -> Int? {
        guard case .processes(let configuration) = self.kind else { return nil }
        return configuration.count(forConcurrency: concurrency)
    }

    /// In child processes.
    package static func processes(_ configuration: HostConfiguration) -> Self {
        Self(kind: .processes(configuration))
    }
}

extension WorkerConfiguration {
    /// The node name with its placeholders filled in, and with a host if it had none.
    func nodeName(host: String = ProcessInfo.hostName) -> String {
        let parts = host.split(separator: ".", maxSplits: 1).map(String.init)
        var node = ""
        var rest = self.name[...]
        while let character = rest.popFirst() {
            guard character == "%", let placeholder = rest.popFirst() else {
                node.append(character)
                continue
            }
            switch placeholder {
            case "h": node += host
            case "n": node += parts[0]
            case "d": node += parts.count > 1 ? parts[1] : ""
            case "%": node += "%"
            default: node += "%\(placeholder)"
            }
        }
        return node.contains("@") ? node : "\(node)@\(host)"
    }
}
