import CeleryProtocol

/// A JSON value as indented lines for people.
///
/// ```
/// broker
///   hostname  localhost
///   port      6379
/// pid         4711
/// ```
struct ValueTree {
    private let palette: Palette
    /// How deep the lines are indented, in columns.
    private let indentation: Int

    /// What stands for an empty array or object, as in Celery.
    private static let empty = "- empty -"
    /// What stands for a text without characters.
    private static let emptyText = "\"\""
    /// The longest array of plain values that stays on one line.
    private static let longestLine = 60

    init(_ palette: Palette, indentation: Int = 0) {
        self.palette = palette
        self.indentation = indentation
    }
}

extension ValueTree {
    /// The value on a line of its own or, if that is not possible, `nil`.
    static func line(_ value: JSONValue) -> String? {
        switch value {
        case .string(let text):
            if text.unicodeScalars.contains("\n") { return nil }
            return text.isEmpty ? self.emptyText : TerminalText.escape(text)
        case .object(let members): return members.isEmpty ? self.empty : nil
        case .array(let elements):
            if elements.isEmpty { return self.empty }
            let parts = elements.compactMap { element in
                element.arrayValue == nil && element.objectValue == nil ? self.line(element) : nil
            }
            let line = parts.joined(separator: ", ")
            return parts.count == elements.count && line.count <= self.longestLine ? line : nil
        case .null: return "-"
        default: return value.description
        }
    }

    /// The value as lines, each with a line break at its end.
    func text(_ value: JSONValue) -> String {
        if let line = Self.line(value) { return self.indented(line) }
        switch value {
        case .object(let members): return self.text(members)
        case .array(let elements): return elements.map(self.item).joined()
        case .string(let text):
            return TerminalText.escapeLines(text).split(separator: "\n", omittingEmptySubsequences: false)
                .map { self.indented(String($0)) }.joined()
        default: return ""
        }
    }

    private func text(_ members: [String: JSONValue]) -> String {
        let width = members.keys.reduce(0) { max($0, TerminalText.width(of: TerminalText.escape($1))) }
        return members.sorted { $0.key < $1.key }.map { name, value in
            let label = TerminalText.escape(name)
            let title = self.palette.paint(label, .dim)
            guard let line = Self.line(value) else { return self.indented(title) + self.nested(2).text(value) }
            let padding = String(repeating: " ", count: width - TerminalText.width(of: label) + 2)
            return self.indented(title + padding + line)
        }
        .joined()
    }

    /// One element of an array behind a hyphen, as in YAML.
    private func item(_ value: JSONValue) -> String {
        if let line = Self.line(value) { return self.indented("- " + line) }
        let inner = self.nested(2)
        return String(repeating: " ", count: self.indentation) + "- " + inner.text(value).dropFirst(inner.indentation)
    }

    private func nested(_ columns: Int) -> ValueTree {
        // Values are nested 64 deep at most, but no line should start in the middle of nowhere.
        ValueTree(self.palette, indentation: min(self.indentation + columns, 40))
    }

    private func indented(_ line: String) -> String {
        String(repeating: " ", count: self.indentation) + line + "\n"
    }
}
