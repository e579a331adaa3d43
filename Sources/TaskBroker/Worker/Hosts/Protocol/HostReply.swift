import CeleryProtocol

/// The answer to a ``HostCall``: the frame `reply`.
struct HostReply: Sendable {
    private var head: HostMembers
    private var body: [UInt8] = []

    /// It is done.
    init() {
        self.head = [:]
    }

    /// It could not be done.
    init(_ error: TaskBrokerError) {
        self.head = [.error: JSONValue([.code: .string(error.code.description), .message: .string(error.message)])]
    }

    /// What became of each message.
    init(_ receipts: [PublishReceipt]) {
        self.head = [.messages: .array(receipts.map(\.json))]
    }

    /// The stored results.
    init(_ documents: [ResultDocument?]) {
        let payloads = documents.map { $0?.encoded() }
        self.head = [
            .results: .array(payloads.map { payload in JSONValue([.length: .integer(Int64(payload?.count ?? 0))]) })
        ]
        self.body = Array(payloads.map { $0 ?? [] }.joined())
    }

    /// The members of a group.
    init(_ group: ResultNode?) {
        self.head = [.group: group?.json ?? .null]
    }

    /// What an inspection has found.
    init(value: JSONValue) {
        self.head = [.value: value]
    }

    /// What is stored about a chord.
    init(_ chord: ChordRecord) {
        self.head = [
            .structure: chord.structure?.json ?? .null,
            .parts: .array(chord.parts.map { .string($0) }),
        ]
    }
}

extension HostReply {
    /// The frame that says so.
    func frame(_ id: Int64) -> HostFrame {
        var frame = HostFrame(.reply, self.head, body: self.body)
        frame.head[.id] = .integer(id)
        return frame
    }
}

// MARK: Read

extension HostFrame {
    /// The error of a reply or an answer.
    var failure: TaskBrokerError? {
        guard let error = self[.error], !error.isNull else { return nil }
        let code = error[.code]?.stringValue.flatMap { TaskBrokerError.Code(named: $0) }
        return TaskBrokerError(
            code ?? .publishRefused,
            error[.message]?.stringValue ?? "The supervisor gave no reason."
        )
    }

    /// What became of each message.
    func receipts() throws(HostProtocolError) -> [PublishReceipt] {
        try self.array(.messages).map(PublishReceipt.init)
    }

    /// The stored results; an empty one is none.
    func documents() throws(HostProtocolError) -> [ResultDocument?] {
        try self.parts(.results) { _, payload in .some(payload.isEmpty ? nil : try? ResultDocument(decoding: payload)) }
    }

    /// The members of a group.
    func group() -> ResultNode? { self[.group].flatMap { ResultNode(json: $0) } }

    /// What is stored about a chord.
    func chord() throws(HostProtocolError) -> ChordRecord {
        ChordRecord(structure: self[.structure].flatMap { ResultNode(json: $0) }, parts: try self.strings(.parts))
    }
}
