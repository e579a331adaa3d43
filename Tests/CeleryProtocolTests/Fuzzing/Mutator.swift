import CeleryProtocol

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Random damage that parsers tend to be sensitive to.
enum Mutator {
    /// Inputs do not grow beyond this many bytes.
    private static let maximumCount = 32 << 10

    /// Pieces that mean something to a parser.
    private static let fragments = [
        "{", "}", "[", "]", "\"", "\\", ":", ",", "null", "true", "NaN", "-Infinity", "1e999", "-", "0", "-1",
        "99999999999999999999", "9223372036854775807", "-9223372036854775808", "9223372036854775808", "1e308", "0.5",
        "\\u0000", "\\ud800", "\u{0}", "\u{FFFD}", "\u{301}", "\"id\": ", "\"task\": ", "\"headers\": {", "[[[[[[[[",
        "=", " ", "\r\n", "*", "$", "+", "%", "%2F", "%00", "@", ":@", "/", "?", "#", ";", "&", "://", "0000", "T24:00",
    ].map { Array($0.utf8) }

    /// Damages an input once or a few times, or what it carries encoded in its body.
    static func damage(_ raw: inout [UInt8], using generator: inout SplitMix64) {
        if Bool.random(using: &generator), self.damageBody(of: &raw, using: &generator) { return }
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !raw.isEmpty {
            self.damageOnce(&raw, using: &generator)
        }
    }

    private static func damageOnce(_ raw: inout [UInt8], using generator: inout SplitMix64) {
        let index = Int.random(in: 0..<raw.count, using: &generator)
        let end = min(raw.count, index + Int.random(in: 1...16, using: &generator))
        switch Int.random(in: 0..<16, using: &generator) {
        case 0: raw[index] = UInt8.random(in: 0...255, using: &generator)
        case 1: raw[index] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: raw.removeSubrange(index..<end)
        case 3: raw.insert(contentsOf: raw[index..<end], at: index)
        case 4: raw.removeSubrange(index...)
        case 5: raw.swapAt(index, Int.random(in: 0..<raw.count, using: &generator))
        case 6:
            // Many times the same: how deep, how long, how many?
            let count = min(1 << Int.random(in: 1...12, using: &generator), self.maximumCount / (end - index))
            let repeated = [[UInt8]](repeating: Array(raw[index..<end]), count: count)
            raw.replaceSubrange(index..<end, with: repeated.joined().prefix(max(0, self.maximumCount - raw.count)))
        case 7...9:
            // Another number in the place of one.
            let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
            guard let first = raw[index...].firstIndex(where: digits.contains) else { break }
            let last = raw[first...].firstIndex { !digits.contains($0) } ?? raw.count
            raw.replaceSubrange(first..<last, with: self.number(using: &generator).utf8)
        default:
            let fragment = self.fragments[Int.random(in: 0..<self.fragments.count, using: &generator)]
            raw.replaceSubrange(index..<(Bool.random(using: &generator) ? index : end), with: fragment)
        }
    }

    private static func number(using generator: inout SplitMix64) -> String {
        let shift = UInt64.random(in: 0..<64, using: &generator)
        let number = Int64(bitPattern: UInt64.random(in: 0 ... .max, using: &generator) >> shift)
        return switch Int.random(in: 0..<8, using: &generator) {
        case 0: "\(Int64.max)"
        case 1: "\(Int64.min)"
        case 2: "\(Double(number) * 1e300)"
        default: "\(number)"
        }
    }

    /// Damages the body of a kombu message, which is encoded; `false` if the input is none.
    private static func damageBody(of raw: inout [UInt8], using generator: inout SplitMix64) -> Bool {
        guard raw.first == UInt8(ascii: "{"), case .object(var members)? = try? JSONValue(parsing: raw),
            let text = members["body"]?.stringValue, let data = Data(base64Encoded: text), !data.isEmpty
        else { return false }
        var body = [UInt8](data)
        self.damageOnce(&body, using: &generator)
        members["body"] = .string(Data(body).base64EncodedString())
        raw = JSONValue.object(members).serialized()
        return true
    }
}
