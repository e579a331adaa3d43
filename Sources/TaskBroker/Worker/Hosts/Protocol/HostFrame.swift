import CeleryProtocol

/// One message between a supervisor and a task host, as `docs/task-host-protocol.md` lays it out: a kind, a small JSON object
/// that says what it is about, and bytes that nobody on the way looks into.
struct HostFrame: Sendable, Hashable {
    /// What it is.
    var kind: Kind
    /// What it says.
    var head: [String: JSONValue]
    /// What it carries.
    var body: [UInt8]

    init(_ kind: Kind, _ head: [HostField: JSONValue] = [:], body: [UInt8] = []) {
        self.kind = kind
        self.head = Dictionary(uniqueKeysWithValues: head.map { ($0.key.rawValue, $0.value) })
        self.body = body
    }

    init(_ kind: Kind, members: [String: JSONValue], body: [UInt8]) {
        self.kind = kind
        self.head = members
        self.body = body
    }
}

extension HostFrame {
    /// What a frame is; kinds that a version does not know are ignored.
    struct Kind: RawRepresentable, Sendable, Hashable {
        let rawValue: UInt8

        // From the supervisor.
        /// Run a task.
        static let run = Kind(rawValue: 1)
        /// End a task.
        static let cancel = Kind(rawValue: 2)
        /// Do something else that only user code can do.
        static let ask = Kind(rawValue: 3)
        /// The answer to a call.
        static let reply = Kind(rawValue: 4)
        /// A result that a task waits for was announced.
        static let update = Kind(rawValue: 5)

        // From the host.
        /// The first frame: who the host is and which tasks it knows.
        static let hello = Kind(rawValue: 65)
        /// A task has ended.
        static let done = Kind(rawValue: 66)
        /// A task wants something of the supervisor.
        static let call = Kind(rawValue: 67)
        /// What became of an `ask`.
        static let answer = Kind(rawValue: 68)
    }

    /// The version of the protocol.
    static let version: Int64 = 1
    /// The largest frame, in bytes after its length: the largest message of a queue, and then some.
    static let maximumBytes = 128 << 20
    /// How deep the head may be nested, for a tree of results of 64 levels; its values take much more memory than their bytes.
    static let headLimits = JSONLimits(maximumDepth: 512, maximumBytes: Self.maximumBytes, maximumElements: 1_000_000)
    /// How deep a body that is JSON may be nested: a signature of 64 levels.
    static let bodyLimits = JSONLimits(maximumDepth: 512, maximumBytes: Self.maximumBytes, maximumElements: 10_000_000)
}

// MARK: Bytes

extension HostFrame {
    /// How many bytes the kind and the length of the head take.
    static let prefixLength = 5

    /// The frame as it is sent.
    ///
    /// - Throws: ``HostProtocolError/tooLarge(_:)``.
    func encoded() throws(HostProtocolError) -> [UInt8] {
        var writer = JSONWriter()
        writer.write(self.head)
        let head = writer.bytes
        let length = Self.prefixLength + head.count + self.body.count
        guard length <= Self.maximumBytes else { throw .tooLarge(length) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 + length)
        Self.append(UInt32(length), to: &bytes)
        bytes.append(self.kind.rawValue)
        Self.append(UInt32(head.count), to: &bytes)
        bytes += head
        bytes += self.body
        return bytes
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}

// MARK: Reading the head

extension HostFrame {
    subscript(field: HostField) -> JSONValue? { self.head[field.rawValue] }

    /// A number that has to be there.
    func integer(_ field: HostField) throws(HostProtocolError) -> Int64 {
        guard let value = self[field]?.integerValue else { throw .badField(field, of: self.kind) }
        return value
    }

    /// A text that has to be there.
    func string(_ field: HostField) throws(HostProtocolError) -> String {
        guard let value = self[field]?.stringValue else { throw .badField(field, of: self.kind) }
        return value
    }

    /// An array that has to be there.
    func array(_ field: HostField) throws(HostProtocolError) -> [JSONValue] {
        guard let value = self[field]?.arrayValue else { throw .badField(field, of: self.kind) }
        return value
    }

    /// Texts that have to be there.
    func strings(_ field: HostField) throws(HostProtocolError) -> [String] {
        let values = try self.array(field).compactMap(\.stringValue)
        guard values.count == self[field]?.arrayValue?.count else { throw .badField(field, of: self.kind) }
        return values
    }

    /// The body, which has to be one JSON document.
    func json() throws(HostProtocolError) -> JSONValue {
        do {
            return try JSONValue(parsing: self.body, limits: Self.bodyLimits)
        } catch {
            throw .badBody(of: self.kind, "\(error)")
        }
    }
}
