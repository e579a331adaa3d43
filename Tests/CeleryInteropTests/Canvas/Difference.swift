import CeleryProtocol

/// Where two values differ, as short as a failure of a test should be.
struct Difference: CustomStringConvertible {
    private let lines: [String]

    /// Compares two values; `nil` if they are equal.
    init?(expected: JSONValue?, got: JSONValue?) {
        self.lines = Self.lines(expected, got, at: "")
        if self.lines.isEmpty { return nil }
    }

    var description: String {
        // One reason often shows in many places.
        let shown = self.lines.prefix(12).joined(separator: "\n")
        return self.lines.count > 12 ? "\(shown)\nand \(self.lines.count - 12) more" : shown
    }

    private static func lines(_ expected: JSONValue?, _ got: JSONValue?, at path: String) -> [String] {
        if expected == got { return [] }
        switch (expected, got) {
        case (.object(let expected)?, .object(let got)?):
            return Set(expected.keys).union(got.keys).sorted()
                .flatMap { Self.lines(expected[$0], got[$0], at: "\(path).\($0)") }
        case (.array(let expected)?, .array(let got)?) where expected.count == got.count:
            return zip(expected, got).enumerated()
                .flatMap { Self.lines($1.0, $1.1, at: "\(path)[\($0)]") }
        default:
            return ["\(path): expected \(Self.text(expected)), got \(Self.text(got))"]
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        let text = value?.description ?? "nothing"
        return text.count > 400 ? "\(text.prefix(400))…" : text
    }
}
