import CeleryProtocol

/// One message between a supervisor and a task host, as `docs/task-host-protocol.md` lays it out: a kind, a small JSON object
/// that says what it is about, and bytes that nobody on the way looks into.
package struct HostFrame: Sendable, Hashable {
    /// What it is.
    var kind: Kind
    /// What it says.
    var head: HostMembers
    /// What it carries.
    var body: [UInt8]

    init(_ kind: Kind, _ head: HostMembers = [:], body: [UInt8] = []) {
        self.kind = kind
        self.head = head
        self.body = body
    }
}

extension HostFrame {
    /// What a frame is; kinds that a version does not know are ignored.
    package struct Kind: RawRepresentable, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

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
    /// The frame as it goes over the socket.
    package var encoded: EncodedHostFrame {
        var writer = JSONWriter(capacity: 128)
        writer.write(self.head.values)
        return EncodedHostFrame(kind: self.kind, head: writer.bytes, body: self.body)
    }

    /// Reads the head.
    package init(_ frame: EncodedHostFrame) throws(HostProtocolError) {
        let head: JSONValue
        do {
            head = try JSONValue(parsing: frame.head, limits: Self.headLimits)
        } catch {
            throw .badHead("\(error)")
        }
        guard case .object(let members) = head else { throw .badHead("it is no object") }
        self.init(frame.kind, HostMembers(members), body: frame.body)
    }
}

// MARK: Reading the head

extension HostFrame {
    subscript(field: HostField) -> JSONValue? { self.head[field] }

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

    /// A number of seconds.
    func duration(_ field: HostField) -> Duration? {
        self[field]?.doubleValue.map { Duration(inSeconds: $0) }
    }
}

extension JSONValue {
    /// Reads the body of a frame, which has to be one JSON document.
    init(body: [UInt8], of kind: HostFrame.Kind) throws(HostProtocolError) {
        do {
            self = try JSONValue(parsing: body, limits: HostFrame.bodyLimits)
        } catch {
            throw .badBody(of: kind, "\(error)")
        }
    }
}
