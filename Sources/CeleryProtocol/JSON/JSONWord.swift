/// A word that JSON knows, or Python's `json` module, in a register.
struct JSONWord: Sendable {
    let text: String
    private let bits: UInt64
    private let mask: UInt64

    static let null = JSONWord("null")
    static let `true` = JSONWord("true")
    static let `false` = JSONWord("false")
    static let nan = JSONWord("NaN")
    static let infinity = JSONWord("Infinity")

    /// - Parameter text: At most eight characters.
    private init(_ text: String) {
        self.text = text
        self.bits = text.utf8.reversed().reduce(0) { $0 << 8 | UInt64($1) }
        self.mask = .max >> UInt64(64 - 8 * text.utf8.count)
    }
}

extension JSONWord {
    var count: Int { self.text.utf8.count }

    /// Whether it stands at an offset.
    func isFound(in bytes: Span<UInt8>, at offset: Int) -> Bool { bytes.word(at: offset) & self.mask == self.bits }
}
