/// An object whose members are kept as they are written, so that some can be replaced and the others stay byte for
/// byte.
///
/// Going through ``JSONValue`` would lose what that cannot hold: lone surrogates and the digits of floats.
struct RawJSONObject {
    private var names: [String] = []
    private var values: [String: ArraySlice<UInt8>] = [:]

    /// Reads the object that is a reader's next value.
    init(_ reader: inout JSONReader) throws(JSONError) {
        try reader.beginObject()
        while try reader.nextKey() != nil {
            let name = reader.keyText
            self[name] = reader.bytes[try reader.skipValue()]
        }
    }

    /// Reads an object on its own.
    init(_ json: ArraySlice<UInt8>) throws(JSONError) {
        var reader = JSONReader(validated: Array(json))
        try self.init(&reader)
    }

    /// The JSON text of a member; `nil` removes it.
    subscript(name: String) -> ArraySlice<UInt8>? {
        get { self.values[name] }
        set {
            if newValue == nil {
                self.names.removeAll { $0 == name }
            } else if self.values[name] == nil {
                self.names.append(name)
            }
            self.values[name] = newValue
        }
    }

    /// Replaces a member by a value.
    mutating func set(_ name: String, to value: JSONValue) {
        self[name] = value.serialized()[...]
    }

    /// Whether a member is absent or `null`.
    func isNull(_ name: String) -> Bool {
        self.values[name]?.elementsEqual("null".utf8) ?? true
    }

    /// The object as JSON, members in the order in which they were read or added.
    func serialized() -> [UInt8] {
        var writer = JSONWriter(capacity: self.values.reduce(64) { $0 + $1.key.utf8.count + $1.value.count + 8 })
        writer.append("{")
        var isFirst = true
        for name in self.names {
            guard let value = self.values[name] else { continue }
            if !isFirst {
                writer.append(", ")
            }
            isFirst = false
            writer.write(name)
            writer.append(": ")
            writer.append(value)
        }
        writer.append("}")
        return writer.bytes
    }
}
