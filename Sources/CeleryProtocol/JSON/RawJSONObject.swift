/// An object whose members are kept as they are written, so that some can be replaced and the others stay byte for
/// byte.
///
/// Going through ``JSONValue`` would lose what that cannot hold: lone surrogates, the digits of floats, the order of
/// members. Members with the same name are all kept; the last one counts, here as for every reader of the result.
struct RawJSONObject {
    private struct Member {
        let key: JSONKey
        /// The name with its quotes.
        let name: ArraySlice<UInt8>
        var value: ArraySlice<UInt8>
    }

    private var members: [Member] = []

    /// Reads the object that is a reader's next value.
    init(_ reader: inout JSONReader) throws(JSONError) {
        self.members.reserveCapacity(24)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            let range = reader.keyToken.range
            let name = reader.bytes[range.lowerBound - 1..<range.upperBound + 1]
            self.members.append(Member(key: key, name: name, value: reader.bytes[try reader.skipValue()]))
        }
    }

    /// Reads an object on its own, which is part of a document that was read before.
    init(_ json: ArraySlice<UInt8>) throws(JSONError) {
        var reader = JSONReader(validated: Array(json))
        try self.init(&reader)
    }
}

extension RawJSONObject {
    /// The JSON text of a member; `nil` removes it.
    ///
    /// Names are known fields of at most 24 bytes, see ``JSONKey``.
    subscript(name: String) -> ArraySlice<UInt8>? {
        get {
            let key = JSONKey(name.utf8)
            return self.members.last { $0.key == key }?.value
        }
        set {
            let key = JSONKey(name.utf8)
            guard let newValue else {
                return self.members.removeAll { $0.key == key }
            }
            if let index = self.members.lastIndex(where: { $0.key == key }) {
                self.members[index].value = newValue
            } else {
                let quoted = JSONValue.string(name).serialized()[...]
                self.members.append(Member(key: key, name: quoted, value: newValue))
            }
        }
    }

    /// Replaces a member by a value.
    mutating func set(_ name: String, to value: JSONValue) {
        self[name] = value.serialized()[...]
    }

    /// Whether a member is absent or `null`.
    func isNull(_ name: String) -> Bool {
        self[name]?.elementsEqual("null".utf8) ?? true
    }

    /// The object as JSON, members in the order in which they were read or added.
    func serialized() -> [UInt8] {
        var writer = JSONWriter(capacity: self.members.reduce(2) { $0 + $1.name.count + $1.value.count + 4 })
        writer.append("{")
        var isFirst = true
        for member in self.members {
            if !isFirst {
                writer.append(", ")
            }
            isFirst = false
            writer.append(member.name)
            writer.append(": ")
            writer.append(member.value)
        }
        writer.append("}")
        return writer.bytes
    }
}
