extension JSONValue {
    /// Whether more arrays and objects than this are nested in the value, itself included.
    package func isNested(deeperThan levels: Int) -> Bool {
        switch self {
        case .array(let elements): levels < 1 || elements.contains { $0.isNested(deeperThan: levels - 1) }
        case .object(let members): levels < 1 || members.values.contains { $0.isNested(deeperThan: levels - 1) }
        default: false
        }
    }

    /// How many bytes the value has as JSON, if these are more than a limit.
    package func byteCount(above limit: Int) -> Int? {
        // No value has more than six times its weight, as a text of control characters has: `\u0001`. Most are far below,
        // and are not written just to be measured.
        guard self.weight > limit / 6 else { return nil }
        var writer = JSONWriter()
        writer.write(self)
        return writer.bytes.count > limit ? writer.bytes.count : nil
    }
}
