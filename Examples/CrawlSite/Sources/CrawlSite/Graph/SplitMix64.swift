/// A small deterministic generator of random numbers that starts from any number of keys.
///
/// Everything on the site is derived from `(seed, what, id)` on demand, so that a hundred thousand users need no memory and
/// two servers with one seed serve the same pages. The standard library's `Int.random(in:using:)` is not used: it may
/// spend its random bits differently in another release, and then the same seed would no longer mean the same site.
///
/// The algorithm is Steele, Lea and Flood's SplitMix64 (OOPSLA 2014).
package struct SplitMix64: Sendable {
    private var state: UInt64

    /// Creates the generator of one purpose and one thing.
    ///
    /// - Parameters:
    ///   - seed: The seed of the whole site.
    ///   - stream: The purpose; two purposes never share their numbers.
    ///   - key: The thing the numbers are about, say a user's id.
    package init(seed: UInt64, stream: Stream, key: UInt64) {
        self.state = Self.mixed(Self.mixed(seed &+ stream.rawValue &* Self.increment) ^ key)
    }
}

extension SplitMix64 {
    /// What random numbers are drawn for.
    package enum Stream: UInt64, Sendable {
        case popularity = 1
        case followers
        case profile
        case broken
        case damage
        case failing
        case limited
    }
}

extension SplitMix64 {
    /// Returns the next 64 random bits.
    package mutating func next() -> UInt64 {
        self.state &+= Self.increment
        return Self.mixed(self.state)
    }

    /// Returns a number in `0 ..< bound`; 0 when the bound is not positive.
    ///
    /// Lemire's multiplication without its rejection step: for the bounds in use (below 2^20) the bias is under 2^-44.
    package mutating func next(below bound: Int) -> Int {
        guard bound > 0 else { return 0 }
        return Int(self.next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// Returns true with the given probability.
    package mutating func chance(of fraction: Double) -> Bool {
        Double(self.next() >> 11) * 0x1p-53 < fraction
    }

    /// Returns one of the elements; all are equally likely.
    package mutating func pick<Element>(from first: Element, _ others: [Element]) -> Element {
        let index = self.next(below: others.count + 1)
        return index == 0 ? first : others[index - 1]
    }
}

extension SplitMix64 {
    /// 2^64 divided by the golden ratio.
    private static let increment: UInt64 = 0x9E37_79B9_7F4A_7C15

    private static func mixed(_ value: UInt64) -> UInt64 {
        var bits = value
        bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
        bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
        return bits ^ (bits >> 31)
    }
}
