/// How bad something is that an ``Inspector`` has found.
public enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
    /// Nothing to do.
    case ok
    /// Worth knowing; nothing is wrong.
    case notice
    /// Something will go wrong, or is in the way.
    case warning
    /// Something is wrong now.
    case problem
}

extension Severity: Comparable {
    /// Better is less.
    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .ok: 0
        case .notice: 1
        case .warning: 2
        case .problem: 3
        }
    }
}
