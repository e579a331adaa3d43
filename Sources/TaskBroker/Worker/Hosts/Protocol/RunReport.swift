import CeleryProtocol

/// How a run ended: the frame `done`.
struct RunReport: Sendable {
    var id: RunID
    /// How the task ended.
    var outcome: TaskOutcome
    /// What the task sent while it ran.
    var children: [ResultNode]
    /// Whether its message says that something follows the task; what that is, the supervisor reads itself.
    var isFollowed: Bool
}

/// What a task may have ended in, by its name in `done`.
private enum OutcomeName: String {
    case success
    case failure
    case retry
    case rejected
    case ignored
    case replaced
    case cancelled
    case undeliverable
}

// MARK: Write

extension RunReport {
    init(_ id: RunID, _ report: TaskReport) {
        self.init(id: id, outcome: report.outcome, children: report.children, isFollowed: !report.embed.isEmpty)
    }

    /// The frame that says so.
    var frame: HostFrame {
        var frame = HostFrame(.done, self.outcome.head, body: self.outcome.body)
        frame.head[HostField.run.rawValue] = .integer(self.id)
        if self.isFollowed { frame.head[HostField.follows.rawValue] = true }
        if !self.children.isEmpty { frame.head[HostField.children.rawValue] = .array(self.children.map(\.json)) }
        return frame
    }
}

extension TaskOutcome {
    fileprivate var head: [HostField: JSONValue] {
        var head: [HostField: JSONValue] = [.outcome: .string(self.name.rawValue)]
        switch self {
        case .success, .ignored, .cancelled, .replaced: break
        case .failure(let exception, let traceback):
            head[.exception] = exception.json
            head[.traceback] = traceback.map { .string($0) }
        case .retry(let delay, let cause):
            head[.delay] = .double(delay.inSeconds)
            head[.exception] = cause?.json
        case .rejected(let reason, let requeue):
            head[.reason] = .string(reason)
            head[.requeue] = .bool(requeue)
        case .undeliverable(let reason, let exception, let traceback):
            head[.reason] = .string(reason)
            head[.exception] = exception.json
            head[.traceback] = traceback.map { .string($0) }
        }
        return head
    }

    fileprivate var body: [UInt8] {
        switch self {
        case .success(let value): value.serialized()
        case .replaced(let signature): signature.json.serialized()
        default: []
        }
    }

    private var name: OutcomeName {
        switch self {
        case .success: .success
        case .failure: .failure
        case .retry: .retry
        case .rejected: .rejected
        case .ignored: .ignored
        case .replaced: .replaced
        case .cancelled: .cancelled
        case .undeliverable: .undeliverable
        }
    }
}

// MARK: Read

extension RunReport {
    /// Reads a frame.
    ///
    /// What cannot be read of a value that a task returned makes that task fail, and not the host.
    init(_ frame: HostFrame) throws(HostProtocolError) {
        self.init(
            id: try frame.integer(.run),
            outcome: try TaskOutcome(frame),
            children: (frame[.children]?.arrayValue ?? []).compactMap { ResultNode(json: $0) },
            isFollowed: frame[.follows]?.boolValue ?? false
        )
    }
}

extension TaskOutcome {
    fileprivate init(_ frame: HostFrame) throws(HostProtocolError) {
        guard let name = OutcomeName(rawValue: try frame.string(.outcome)) else {
            throw .badField(.outcome, of: frame.kind)
        }
        let exception = frame[.exception].map { ExceptionDocument($0) }
        let reason = frame[.reason]?.stringValue ?? ""
        let traceback = frame[.traceback]?.stringValue
        switch name {
        case .success: self = Self.success(frame)
        case .replaced: self = Self.replaced(frame)
        case .ignored: self = .ignored
        case .cancelled: self = .cancelled
        case .retry: self = .retry(after: frame.duration(.delay) ?? .zero, cause: exception)
        case .rejected: self = .rejected(reason: reason, requeue: frame[.requeue]?.boolValue ?? false)
        case .failure: self = .failure(exception ?? .unspecified, traceback: traceback)
        case .undeliverable:
            self = .undeliverable(reason: reason, exception ?? .unspecified, traceback: traceback)
        }
    }

    private static func success(_ frame: HostFrame) -> Self {
        do throws(HostProtocolError) {
            return .success(frame.body.isEmpty ? .null : try frame.json())
        } catch {
            return .failure(ExceptionDocument(error), traceback: nil)
        }
    }

    private static func replaced(_ frame: HostFrame) -> Self {
        do {
            return .replaced(by: try SignatureNode(json: frame.json()))
        } catch {
            return .failure(ExceptionDocument(error), traceback: nil)
        }
    }
}

extension ExceptionDocument {
    /// Of a failure that does not say what it is.
    static let unspecified = ExceptionDocument(type: "Exception", message: [], module: "builtins")
}
