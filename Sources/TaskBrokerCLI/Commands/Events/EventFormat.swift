import CeleryProtocol
import TaskBroker

/// Events as lines for people: `08:46:45,420  w1@host  task-succeeded  tasks.add[4e1c…]  3  0.012s`.
struct EventFormat: Sendable {
    /// How wide the widest name of a node was so far; columns only grow, so that they rarely move.
    private var nodeWidth = 0

    /// The widest column that a name may make.
    private static let widestNode = 40
    /// What the types of Celery's events need.
    private static let typeWidth = "worker-heartbeat".count
}

extension EventFormat {
    /// One event.
    ///
    /// - Parameter task: What is known of its task: most events name it by its id only.
    mutating func line(_ event: EventDocument, _ task: ClusterTask?, _ palette: Palette) -> String {
        let node = TerminalText.escape(event.hostname)
        self.nodeWidth = min(max(self.nodeWidth, TerminalText.width(of: node)), Self.widestNode)
        let type = TerminalText.escape(event.type.rawValue)
        var parts = [
            palette.paint(Self.time(event), .dim),
            palette.paint(Self.padded(node, self.nodeWidth), .cyan),
            palette.paint(Self.padded(type, Self.typeWidth), Self.style(of: event.type)),
        ]
        if let id = event.taskID {
            let name = TerminalText.escape(task?.name ?? "?")
            parts.append(palette.paint(name, .bold) + palette.paint("[\(TerminalText.escape(id))]", .dim))
        }
        parts += Self.details(event).filter { !$0.isEmpty }.map { TerminalText.escape($0) }
        return parts.joined(separator: "  ")
    }

    /// The time of day here; it is the sender's clock that tells it.
    ///
    /// Celery shifts it by the difference of both zones, which moves a true time by hours when they differ.
    private static func time(_ event: EventDocument) -> String {
        String(WallClock.text(of: Timestamp(secondsSince1970: event.timestamp)).suffix("00:00:00,000".count))
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - TerminalText.width(of: text)))
    }

    private static func style(of type: EventType) -> Style? {
        switch type {
        case .taskSucceeded, .workerOnline: .green
        case .taskFailed: .red
        case .taskRetried, .taskRevoked, .taskRejected, .workerOffline: .yellow
        case .workerHeartbeat: .dim
        default: nil
        }
    }
}

// MARK: Details

extension EventFormat {
    /// What there is to say beside who, what and when.
    private static func details(_ event: EventDocument) -> [String] {
        let text = { (field: EventField) in event[field].map { $0.stringValue ?? $0.description } }
        switch event.type {
        case .taskSent:
            return [text(.args), text(.kwargs), text(.queue).map { "to \($0)" }].compactMap { $0 }
        case .taskReceived:
            let retries = text(.retries).flatMap { $0 == "0" ? nil : "retry \($0)" }
            return [text(.args), text(.kwargs), retries, text(.eta).map { "eta \($0)" }].compactMap { $0 }
        case .taskSucceeded:
            let runtime = event[.runtime]?.doubleValue.map { RelativeTime.text($0) }
            return [text(.result), runtime].compactMap { $0 }
        case .taskFailed, .taskRetried:
            return [text(.exception)].compactMap { $0 }
        case .taskRevoked:
            let isExpired = event[.expired]?.boolValue == true
            let isTerminated = event[.terminated]?.boolValue == true
            return [isExpired ? "expired" : isTerminated ? "terminated with \(text(.signal) ?? "?")" : "revoked"]
        case .taskRejected:
            return [event[.requeue]?.boolValue == true ? "back to its queue" : "for good"]
        case .workerOnline, .workerHeartbeat, .workerOffline:
            return self.vitals(event.vitals)
        default:
            return event.ownFields.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        }
    }

    private static func vitals(_ vitals: WorkerVitals) -> [String] {
        let software = [vitals.software, vitals.version].filter { !$0.isEmpty }.joined(separator: " ")
        guard !vitals.loadAverage.isEmpty else { return [software] }
        let load = vitals.loadAverage.map { "\($0)" }.joined(separator: " ")
        return ["\(vitals.active) active", "\(vitals.processed) processed", "load \(load)", software]
    }
}
