extension SignatureNode {
    /// Options that later ones do not replace: to report to another group would stall the one that waits.
    private static let kept: Set<String> = [SignatureOption.groupID, SignatureOption.stampedHeaders]

    /// The options with others put over them, except those that have to stay: the group and the stamps (celery-wire §7.2).
    func mergedOptions(_ others: [String: JSONValue]) -> [String: JSONValue] {
        guard !others.isEmpty else { return self.options }
        guard !self.options.isEmpty else { return others }
        let stamps = Set((self.options[SignatureOption.stampedHeaders]?.arrayValue ?? []).compactMap(\.stringValue))
        var merged = self.options
        for (name, value) in others where merged[name] == nil || !(Self.kept.contains(name) || stamps.contains(name)) {
            merged[name] = value
        }
        return merged
    }

    /// A copy with options put over its own, except those that have to stay.
    package func merging(_ options: [String: JSONValue]) -> SignatureNode {
        var copy = self
        copy.options = self.mergedOptions(options)
        return copy
    }

    /// Sets options, replacing any that are there; Celery's `set`.
    package mutating func set(_ options: [String: JSONValue]) {
        self.options.merge(options) { $1 }
    }

    /// A copy with arguments put before its own, and keyword arguments over its own, unless it is immutable; Celery's
    /// `clone`.
    package func partial(_ args: [JSONValue], kwargs: [String: JSONValue] = [:]) -> SignatureNode {
        guard !self.isImmutable else { return self }
        var copy = self
        copy.args = args + copy.args
        copy.kwargs.merge(kwargs) { $1 }
        return copy
    }
}
