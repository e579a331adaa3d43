/// What stands behind the arguments in each body of a template, as base64.
///
/// Three bytes are four characters, so its text depends on where it begins: for each of the three cases it is written once. Most of a
/// short body is its end.
struct BodyEnd: Sendable {
    private let bytes: [UInt8]
    /// By the bytes that complete the group before: the text of the others.
    private let texts: [[UInt8]]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        self.texts = (0..<3).map { completing in
            var text: [UInt8] = []
            Base64.append(Array(bytes.dropFirst(completing)), to: &text)
            return text
        }
    }

    /// How many characters a body has at the most, given the bytes of its arguments.
    func textCount(after arguments: Int) -> Int { (arguments + self.bytes.count + 2) / 3 * 4 }

    /// Appends the text of a body that begins with these arguments, which get what completes their last group.
    func append(after arguments: inout JSONWriter, to text: inout JSONWriter) {
        let completing = (3 - arguments.bytes.count % 3) % 3
        let bytes = self.bytes.span
        arguments.append(bytes.extracting(0..<completing))
        Base64.append(arguments.bytes, to: &text.bytes)
        let rest = self.texts[completing]
        text.append(rest.span)
    }
}
