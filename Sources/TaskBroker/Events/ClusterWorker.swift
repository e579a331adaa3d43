import CeleryProtocol

/// What events tell about a worker.
public struct ClusterWorker: Sendable, Hashable {
    /// The node name.
    public let node: String
    /// The process id.
    public internal(set) var pid: Int?
    /// How many seconds are between two heartbeats.
    public internal(set) var frequency: Double = Self.defaultFrequency
    /// How many tasks it runs.
    public internal(set) var active = 0
    /// How many tasks it has accepted since it started.
    public internal(set) var processed = 0
    /// How many processes of its machine wanted to run in the last 1, 5 and 15 minutes.
    public internal(set) var loadAverage: [Double] = []
    /// Its software with the version: `py-celery 5.7.0`.
    public internal(set) var software = ""
    /// When its last heartbeat was received, in seconds since 1970; `nil` after it went offline.
    public internal(set) var lastHeartbeat: Double?
    /// When anything was heard of it.
    public internal(set) var heard: Double = 0

    /// What Celery's monitors assume of a worker that does not say it.
    private static let defaultFrequency: Double = 60
    /// How many times its frequency a worker may be silent before it is taken for dead.
    private static let patience: Double = 2
    /// The longest text that is kept of what a worker calls itself.
    private static let maximumText = 64

    init(node: String) {
        self.node = node
    }
}

extension ClusterWorker {
    /// Whether a heartbeat came within twice the time between two of them.
    public func isAlive(now: Double) -> Bool {
        self.lastHeartbeat.map { now < $0 + self.frequency * Self.patience } ?? false
    }

    mutating func apply(_ event: EventDocument, _ received: Double) {
        self.heard = max(self.heard, received)
        self.pid = event.pid ?? self.pid
        switch event.type {
        case .workerOffline:
            self.lastHeartbeat = nil
            self.take(event)
        case .workerOnline, .workerHeartbeat:
            self.lastHeartbeat = max(self.lastHeartbeat ?? received, received)
            self.take(event)
        default:
            break
        }
    }

    private mutating func take(_ event: EventDocument) {
        let vitals = event.vitals
        if let frequency = event.heartbeatFrequency, 0.001...86_400 ~= frequency { self.frequency = frequency }
        let software = [vitals.software, vitals.version].filter { !$0.isEmpty }.joined(separator: " ")
        if !software.isEmpty { self.software = String(software.prefix(Self.maximumText)) }
        // A heartbeat that a monitor asked for tells nothing but the frequency.
        guard !vitals.loadAverage.isEmpty else { return }
        self.active = vitals.active
        self.processed = vitals.processed
        self.loadAverage = vitals.loadAverage
    }
}
