/// What somebody may have meant.
package enum Suggestion {
    /// The name that is nearest to `word`, if one is near: at most a third of its letters differ.
    package static func nearest(to word: String, in names: some Sequence<String>) -> String? {
        let limit = max(1, word.count / 3)
        return
            names
            .map { (name: $0, distance: self.distance(word, $0)) }
            .filter { $0.distance <= limit }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?
            .name
    }

    /// How many letters have to be inserted, deleted, replaced or swapped with their neighbour (restricted
    /// Damerau–Levenshtein).
    package static func distance(_ left: String, _ right: String) -> Int {
        // The table has the product of both lengths as its size.
        let left = Array(left.prefix(64))
        let right = Array(right.prefix(64))
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for (row, letter) in left.enumerated() {
            var current = [row + 1]
            for (column, other) in right.enumerated() {
                var cost = min(last[column] + (letter == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, letter == right[column - 1], left[row - 1] == other {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
