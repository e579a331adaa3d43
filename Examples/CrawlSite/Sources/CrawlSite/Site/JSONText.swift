/// The little JSON that the record is written in.
enum JSONText {}

extension JSONText {
    /// A quoted string, for text without control characters: the addresses of pages.
    static func string(_ text: String) -> String {
        "\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
    }

    /// An object of numbers, one member a line, in the given order.
    ///
    /// - Parameter margin: What stands before its closing brace.
    static func object(_ members: [(String, Int)], margin: String = "") -> String {
        guard !members.isEmpty else { return "{}" }
        let lines = members.map { "\(margin)  \(self.string($0.0)): \($0.1)" }
        return "{\n\(lines.joined(separator: ",\n"))\n\(margin)}"
    }

    /// The document of `GET /stats/pages`: how often each page was served, by its address.
    static func object(counting counts: [Page: Int]) -> String {
        let members = counts.sorted { $0.key < $1.key }.map { ($0.key.path, $0.value) }
        return self.object(members) + "\n"
    }
}
