import CeleryProtocol

extension HostFrame {
    /// The elements of an array, all of which have to be readable.
    func elements<Element>(
        _ field: HostField,
        _ read: (JSONValue) -> Element?
    ) throws(HostProtocolError) -> [Element] {
        let values = try self.array(field)
        let elements = values.compactMap(read)
        guard elements.count == values.count else { throw .badField(field, of: self.kind) }
        return elements
    }

    /// The elements of an array, each with its part of the body, which says how long it is.
    func parts<Element>(
        _ field: HostField,
        _ read: (JSONValue, [UInt8]) -> Element?
    ) throws(HostProtocolError) -> [Element] {
        var rest = self.body[...]
        return try self.elements(field) { json in
            guard let length = json[.length]?.integerValue.flatMap({ Int(exactly: $0) }),
                0...rest.count ~= length
            else { return nil }
            defer { rest = rest.dropFirst(length) }
            return read(json, Array(rest.prefix(length)))
        }
    }
}
