/// Numbers as pages write them: ASCII digits and nothing else.
enum DecimalNumber {}

extension DecimalNumber {
    /// The value of the digits; nil for anything else, `+1` and numbers beyond `Int` included.
    static func value(of text: some StringProtocol) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains) else { return nil }
        return Int(text)
    }

    /// The value of the digits that follow a prefix and end the text.
    static func value(of text: String, after prefix: String) -> Int? {
        text.hasPrefix(prefix) ? self.value(of: text.dropFirst(prefix.count)) : nil
    }
}
