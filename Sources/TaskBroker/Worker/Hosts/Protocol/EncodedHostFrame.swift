package import CeleryProtocol

/// A frame as it goes over the socket: its head is JSON that nobody has read yet.
///
/// What there is one of for each task, ``RunOrder`` and ``RunReport``, is written and read in this form, by a walk over the bytes. Everything
/// else is a ``HostFrame``, with its head as a tree.
package struct EncodedHostFrame: Sendable, Hashable {
    /// What it is.
    var kind: HostFrame.Kind
    /// What it says: a JSON object.
    var head: [UInt8]
    /// What it carries.
    var body: [UInt8] = []
}

extension EncodedHostFrame {
    /// How many bytes the length takes.
    static let lengthSize = 4
    /// How many bytes the kind and the length of the head take.
    static let prefixLength = 5

    /// How many bytes follow the length.
    var length: Int { Self.prefixLength + self.head.count + self.body.count }

    /// Appends the frame as it is sent.
    ///
    /// - Throws: ``HostProtocolError/tooLarge(_:)``; nothing is appended then.
    package func append(to bytes: inout [UInt8]) throws(HostProtocolError) {
        let length = self.length
        guard length <= HostFrame.maximumBytes else { throw .tooLarge(length) }
        Self.append(UInt32(length), to: &bytes)
        bytes.append(self.kind.rawValue)
        Self.append(UInt32(self.head.count), to: &bytes)
        bytes += self.head
        bytes += self.body
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: 24, through: 0, by: -8) { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}

// MARK: Reading the head

extension EncodedHostFrame {
    /// Walks over the members of the head.
    ///
    /// - Parameter read: Consumes the value of a member that the table knows; all others are skipped.
    package func readHead<Field>(
        _ table: JSONFieldTable<Field>,
        _ read: (Field, inout JSONReader) throws(JSONError) -> Void
    ) throws(HostProtocolError) {
        do throws(JSONError) {
            var reader = try JSONReader(self.head, limits: HostFrame.headLimits)
            var next = 0
            try reader.beginObject()
            while let key = try reader.nextKey() {
                if let field = table.field(for: key, expectedAt: &next) {
                    try read(field, &reader)
                } else {
                    try reader.skipValue()
                }
            }
            try reader.finish()
        } catch {
            throw .badHead("\(error)")
        }
    }
}

extension JSONReader {
    /// Consumes a value and returns the time that it is, if it is a number of seconds.
    mutating func readDurationOrSkip() throws(JSONError) -> Duration? {
        try self.readValue().doubleValue.map { Duration(inSeconds: $0) }
    }
}
