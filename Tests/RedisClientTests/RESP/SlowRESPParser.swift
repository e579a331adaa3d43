import RedisClient

/// A second, obvious RESP2 parser to compare hiredis with: it recurses over the whole input.
struct SlowRESPParser {
    private var rest: ArraySlice<UInt8>

    /// All complete replies at the start of `wire`.
    static func replies(in wire: [UInt8]) -> [RESPValue] {
        var parser = Self(rest: wire[...])
        var replies: [RESPValue] = []
        while let reply = parser.reply() { replies.append(reply) }
        return replies
    }

    private mutating func reply() -> RESPValue? {
        guard let line = self.line(), let kind = line.first else { return nil }
        let text = String(line.dropFirst())
        switch kind {
        case "+": return .status(text)
        case "-": return .error(text)
        case ":": return Int64(text).map { .integer($0) }
        case "$": return Int(text).flatMap { self.bulkString(count: $0) }
        case "*": return Int(text).flatMap { self.array(count: $0) }
        default: return nil
        }
    }

    private mutating func line() -> String? {
        guard let end = self.rest.firstIndex(of: 13) else { return nil }
        defer { self.rest = self.rest[(end + 2)...] }
        return String(decoding: self.rest[..<end], as: UTF8.self)
    }

    private mutating func bulkString(count: Int) -> RESPValue? {
        guard count >= 0 else { return .null }
        guard self.rest.count >= count + 2 else { return nil }
        defer { self.rest = self.rest.dropFirst(count + 2) }
        return .bulkString(Array(self.rest.prefix(count)))
    }

    private mutating func array(count: Int) -> RESPValue? {
        guard count >= 0 else { return .null }
        var elements: [RESPValue] = []
        for _ in 0..<count {
            guard let element = self.reply() else { return nil }
            elements.append(element)
        }
        return .array(elements)
    }
}

extension RESPValue {
    /// What a server writes for the value.
    var wire: [UInt8] {
        switch self {
        case .null: Array("$-1\r\n".utf8)
        case .integer(let value): Array(":\(value)\r\n".utf8)
        case .status(let text): Array("+\(text)\r\n".utf8)
        case .error(let text): Array("-\(text)\r\n".utf8)
        case .bulkString(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + [13, 10]
        case .array(let elements): Array("*\(elements.count)\r\n".utf8) + elements.flatMap(\.wire)
        }
    }

    /// A value of any kind, nested at most `depth` levels.
    static func random(depth: Int, using random: inout SplitMix64) -> RESPValue {
        let length = Int.random(in: 0...12, using: &random)
        let letters = (0..<length).map { _ in UInt8.random(in: 0x20...0x7E, using: &random) }
        switch Int.random(in: 0..<(depth == 0 ? 5 : 7), using: &random) {
        case 0: return .null
        case 1: return .integer(Int64.random(in: .min ... .max, using: &random))
        case 2: return .status(String(decoding: letters, as: UTF8.self))
        case 3: return .error(String(decoding: letters, as: UTF8.self))
        case 4:
            let count = Int.random(in: 0...40, using: &random)
            return .bulkString((0..<count).map { _ in UInt8.random(in: 0...255, using: &random) })
        default:
            let count = Int.random(in: 0...4, using: &random)
            return .array((0..<count).map { _ in RESPValue.random(depth: depth - 1, using: &random) })
        }
    }
}
