/// A pattern of single characters and repeated characters, the common ground of topic keys and globs.
///
/// There is no backtracking: all positions that the steps so far can reach are advanced together. The time is at most
/// *steps × characters*, whoever wrote the pattern, where a regular expression engine can take exponential time.
struct WildcardPattern: Hashable, Sendable {
    /// What the text must consist of, in this order.
    var steps: [Step] = []
}

extension WildcardPattern {
    /// One step through a text.
    enum Step: Hashable, Sendable {
        /// Exactly one of these characters.
        case one(Characters)
        /// Any number of these characters, also none.
        case many(Characters)
    }

    /// A set of characters.
    enum Characters: Hashable, Sendable {
        case scalar(Unicode.Scalar)
        case inside([ClosedRange<Unicode.Scalar>])
        case outside([ClosedRange<Unicode.Scalar>])

        /// Every character.
        static var any: Characters { .outside([]) }
    }
}

extension WildcardPattern.Characters {
    func contains(_ scalar: Unicode.Scalar) -> Bool {
        switch self {
        case .scalar(let only): scalar == only
        case .inside(let ranges): ranges.contains { $0.contains(scalar) }
        case .outside(let ranges): !ranges.contains { $0.contains(scalar) }
        }
    }
}

// MARK: Match

extension WildcardPattern {
    /// Whether the whole text matches.
    ///
    /// Characters are Unicode scalars, as in Python; equivalent spellings of a character are different.
    func matches(_ text: String) -> Bool {
        let characters = Array(text.unicodeScalars)
        var reachable = [Bool](repeating: false, count: characters.count + 1)
        reachable[0] = true
        for step in self.steps {
            switch step {
            case .one(let set):
                for index in characters.indices.reversed() {
                    reachable[index + 1] = reachable[index] && set.contains(characters[index])
                }
                reachable[0] = false
                guard reachable.contains(true) else { return false }
            case .many(let set):
                for index in characters.indices where reachable[index] && set.contains(characters[index]) {
                    reachable[index + 1] = true
                }
            }
        }
        return reachable[characters.count]
    }
}
