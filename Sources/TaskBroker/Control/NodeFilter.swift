import CeleryProtocol

/// Which workers a control request means.
enum NodeFilter: Hashable, Sendable {
    /// Those with these names.
    case names([String])
    /// Those whose name matches a pattern of Python's `fnmatch`.
    case glob(GlobPattern)
    /// All.
    case all

    /// What a request says; a destination wins over a pattern, and a pattern without a matcher is none, as in kombu.
    ///
    /// `pcre` is refused. A regular expression can take a time that is exponential in the length of a name, there is no bound on
    /// that in Swift's engine, and whoever may publish would stop every worker with one message.
    ///
    /// - Throws: ``ControlError`` for a matcher that is not supported.
    init(_ request: ControlRequest) throws(ControlError) {
        guard request.destination.isEmpty else {
            self = .names(request.destination)
            return
        }
        guard let pattern = request.pattern, !pattern.isEmpty, let matcher = request.matcher, !matcher.isEmpty else {
            self = .all
            return
        }
        guard matcher == "glob" else {
            throw ControlError("MatcherNotInstalled", "No matcher installed for \(matcher)")
        }
        guard pattern.utf8.count <= Self.maximumPatternBytes else {
            throw ControlError("ValueError", "the pattern has more than \(Self.maximumPatternBytes) bytes")
        }
        self = .glob(GlobPattern(pattern))
    }

    /// Matching takes at most this many steps for each character of a name.
    private static let maximumPatternBytes = 1024
}

extension NodeFilter {
    /// Whether a worker is meant.
    func matches(_ node: String) -> Bool {
        switch self {
        case .names(let names): names.contains(node)
        case .glob(let pattern): pattern.matches(node)
        case .all: true
        }
    }
}
