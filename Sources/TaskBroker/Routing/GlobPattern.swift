/// A pattern for task names as in Celery's `task_routes`: Python's `fnmatch`, with regard to case.
///
/// `*` is any text (dots included), `?` any character, `[a-z_]` one of these characters and `[!a-z_]` any other one.
/// There is no escape character: `[*]` is a literal star. A bracket that is never closed stands for itself.
package struct GlobPattern: Hashable, Sendable {
    private let wildcards: WildcardPattern

    /// Reads a pattern; every text is one.
    package init(_ text: String) {
        var wildcards = WildcardPattern()
        var rest = text.unicodeScalars[...]
        while let character = rest.popFirst() {
            switch character {
            case "*":
                wildcards.steps.append(.many(.any))
            case "?":
                wildcards.steps.append(.one(.any))
            case "[":
                wildcards.steps.append(.one(Self.readSet(&rest) ?? .scalar("[")))
            default:
                wildcards.steps.append(.one(.scalar(character)))
            }
        }
        self.wildcards = wildcards
    }
}

extension GlobPattern {
    /// Whether the whole name matches.
    package func matches(_ name: String) -> Bool {
        self.wildcards.matches(name)
    }
}

extension GlobPattern {
    /// Reads a set behind its opening bracket; `nil`, reading nothing, when the bracket is never closed.
    private static func readSet(_ rest: inout Substring.UnicodeScalarView) -> WildcardPattern.Characters? {
        var members = rest
        let isNegated = members.first == "!"
        if isNegated { members.removeFirst() }
        // A closing bracket in the first place is a member: `[]]`.
        guard let end = members.dropFirst().firstIndex(of: "]") else { return nil }
        members = members[..<end]
        rest = rest[rest.index(after: end)...]

        var ranges: [ClosedRange<Unicode.Scalar>] = []
        while let first = members.popFirst() {
            guard members.first == "-", let last = members.dropFirst().first else {
                ranges.append(first...first)
                continue
            }
            members.removeFirst(2)
            // A range from high to low is empty, as in `fnmatch`.
            if first <= last { ranges.append(first...last) }
        }
        return isNegated ? .outside(ranges) : .inside(ranges)
    }
}
