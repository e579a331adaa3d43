import CeleryProtocol

/// A small generator of random numbers with a seed, so that a failure can be repeated (Steele, Lea and Flood,
/// "SplitMix").
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        self.state = seed
    }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

extension JSONValue {
    /// A random value without NaN, which is not equal to itself.
    static func random(depth: Int, using generator: inout SplitMix64) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64.random(in: -100...100, using: &generator))
        case 3: return .integer(Int64.random(in: .min ... .max, using: &generator))
        case 4: return .bigInteger("-" + String(repeating: "9", count: Int.random(in: 20...60, using: &generator)))
        case 5:
            let number = Double(bitPattern: generator.next())
            return .double(number.isNaN ? 0.5 : number)
        case 6: return .string(.random(using: &generator))
        case 7:
            return .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in .random(depth: depth - 1, using: &generator) }
            )
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                members[.random(using: &generator)] = .random(depth: depth - 1, using: &generator)
            }
            return .object(members)
        }
    }
}

extension String {
    static func random(using generator: inout SplitMix64) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...12, using: &generator) {
            let limit: UInt32 = Bool.random(using: &generator) ? 0x80 : 0x11_0000
            let scalar = Unicode.Scalar(UInt32.random(in: 0..<limit, using: &generator))
            text.unicodeScalars.append(scalar ?? "\u{FFFD}")
        }
        return text
    }
}
