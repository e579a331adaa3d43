import CeleryProtocol

// How a report goes over the socket. There is one for each task, so its bytes are written and read without a tree in between.

/// The members of the head, in the order in which they are written.
private enum ReportField: String, CaseIterable {
    case run
    case outcome
    case follows
    case children
    case exception
    case traceback
    case delay
    case reason
    case requeue

    static let table = JSONFieldTable<ReportField>()
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
    /// The frame that says so.
    var frame: EncodedHostFrame {
        var head = JSONWriter(capacity: 64)
        head.append(#"{"run": "#)
        head.write(self.id)
        head.append(#", "outcome": ""#)
        head.append(self.outcome.name.rawValue)
        head.append("\"")
        if self.isFollowed { head.append(#", "follows": true"#) }
        if !self.children.isEmpty { head.write(.children, .array(self.children.map(\.json))) }
        let body = self.outcome.write(to: &head)
        head.append("}")
        return EncodedHostFrame(kind: .done, head: head.bytes, body: body)
    }
}

extension JSONWriter {
    /// Writes a member that is not the first of its object.
    fileprivate mutating func write(_ field: ReportField, _ value: JSONValue) {
        self.append(", \"")
        self.append(field.rawValue)
        self.append("\": ")
        self.write(value)
    }
}

extension TaskOutcome {
    /// Writes what its members of the head are, and returns its body.
    fileprivate func write(to head: inout JSONWriter) -> [UInt8] {
        switch self {
        case .success(let value): return value.serialized()
        case .replaced(let signature): return signature.json.serialized()
        case .ignored, .cancelled: break
        case .failure(let exception, let traceback):
            head.write(.exception, exception.json)
            if let traceback { head.write(.traceback, .string(traceback)) }
        case .retry(let delay, let cause):
            head.write(.delay, .double(delay.inSeconds))
            if let cause { head.write(.exception, cause.json) }
        case .rejected(let reason, let requeue):
            head.write(.reason, .string(reason))
            head.write(.requeue, .bool(requeue))
        case .undeliverable(let reason, let exception, let traceback):
            head.write(.reason, .string(reason))
            head.write(.exception, exception.json)
            if let traceback { head.write(.traceback, .string(traceback)) }
        }
        return []
    }

    fileprivate var name: OutcomeName {
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
    init(_ frame: EncodedHostFrame) throws(HostProtocolError) {
        var run: Int?
        var children: [ResultNode] = []
        var isFollowed = false
        var outcome = OutcomeDraft()
        try frame.readHead(ReportField.table) { field, reader throws(JSONError) in
            switch field {
            case .run: run = try reader.readIntegerOrSkip()
            case .outcome: outcome.name = try reader.readStringOrSkip().flatMap { OutcomeName(rawValue: $0) }
            case .follows: isFollowed = try reader.readBoolOrSkip() ?? false
            case .children:
                children = (try reader.readValue().arrayValue ?? []).compactMap { ResultNode(json: $0) }
            case .exception: outcome.exception = try reader.readUnlessNull().map { ExceptionDocument($0) }
            case .traceback: outcome.traceback = try reader.readStringOrSkip()
            case .delay: outcome.delay = try reader.readDurationOrSkip()
            case .reason: outcome.reason = try reader.readStringOrSkip()
            case .requeue: outcome.requeue = try reader.readBoolOrSkip()
            }
        }
        guard let run else { throw .badField(.run, of: frame.kind) }
        self.init(
            id: RunID(run),
            outcome: try outcome.outcome(of: frame),
            children: children,
            isFollowed: isFollowed
        )
    }
}

/// What the head says about an outcome.
private struct OutcomeDraft {
    var name: OutcomeName?
    var exception: ExceptionDocument?
    var traceback: String?
    var delay: Duration?
    var reason: String?
    var requeue: Bool?
}

extension OutcomeDraft {
    func outcome(of frame: EncodedHostFrame) throws(HostProtocolError) -> TaskOutcome {
        switch self.name {
        case .success?: self.success(frame)
        case .replaced?: self.replacement(frame)
        case .ignored?: .ignored
        case .cancelled?: .cancelled
        case .retry?: .retry(after: self.delay ?? .zero, cause: self.exception)
        case .rejected?: .rejected(reason: self.reason ?? "", requeue: self.requeue ?? false)
        case .failure?: .failure(self.exception ?? .unspecified, traceback: self.traceback)
        case .undeliverable?:
            .undeliverable(reason: self.reason ?? "", self.exception ?? .unspecified, traceback: self.traceback)
        case nil: throw .badField(.outcome, of: frame.kind)
        }
    }

    private func success(_ frame: EncodedHostFrame) -> TaskOutcome {
        do throws(HostProtocolError) {
            return .success(frame.body.isEmpty ? .null : try JSONValue(body: frame.body, of: frame.kind))
        } catch {
            return .failure(ExceptionDocument(error), traceback: nil)
        }
    }

    private func replacement(_ frame: EncodedHostFrame) -> TaskOutcome {
        do {
            return .replaced(by: try SignatureNode(json: JSONValue(body: frame.body, of: frame.kind)))
        } catch {
            return .failure(ExceptionDocument(error), traceback: nil)
        }
    }
}
