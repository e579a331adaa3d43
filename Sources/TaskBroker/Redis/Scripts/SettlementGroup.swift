/// The settlements of one list in one call of ``SettleScript``.
struct SettlementGroup: Sendable {
    /// The settlements of one batch, which end together.
    struct Batch: Sendable {
        var name: Substring
        var indices: [Int]
    }

    let domain: ClaimDomain
    /// Whether all of them acknowledge and store at most one result, so that the script has a short way for them.
    let isPlain: Bool
    /// The settlements of each batch, if that is so.
    let batches: [Batch]
    /// Where they stand in the request, in the order in which the script gets them.
    let indices: [Int]
    /// For how many seconds results are kept; empty: for ever.
    let resultSeconds: String

    /// - Parameter indices: Where the settlements of one list stand in the request; at least one.
    init(_ indices: [Int], of items: [SettleScript.Item]) {
        let expiries = Self.expiries(of: indices, items)
        self.domain = items[indices[0]].domain
        self.isPlain = expiries.isUniform && indices.allSatisfy { items[$0].isPlain }
        self.batches = self.isPlain ? Self.batches(indices, of: items) : []
        self.indices = self.isPlain ? self.batches.flatMap(\.indices) : indices
        self.resultSeconds = expiries.first.map { String($0.inWholeSeconds) } ?? ""
    }

    /// How long the first result is kept, and whether that goes for all of them.
    private static func expiries(
        of indices: [Int],
        _ items: [SettleScript.Item]
    ) -> (first: Duration?, isUniform: Bool) {
        var first: Duration??
        for index in indices {
            for result in items[index].effects.results {
                guard let known = first else {
                    first = .some(result.expires)
                    continue
                }
                if known != result.expires { return (known, false) }
            }
        }
        return (first ?? nil, true)
    }

    /// The settlements of each batch, batches in the order of their first.
    private static func batches(_ indices: [Int], of items: [SettleScript.Item]) -> [Batch] {
        // That of a lone task.
        if indices.count == 1 { return [Batch(name: ClaimBatch.name(ofClaim: items[indices[0]].id), indices: indices)] }
        var batches: [Batch] = []
        var places: [Substring: Int] = [:]
        for index in indices {
            let name = ClaimBatch.name(ofClaim: items[index].id)
            // Those of a batch mostly end one after the other.
            if let last = batches.last, last.name == name {
                batches[batches.count - 1].indices.append(index)
            } else if let place = places[name] {
                batches[place].indices.append(index)
            } else {
                places[name] = batches.count
                batches.append(Batch(name: name, indices: [index]))
            }
        }
        return batches
    }
}

extension SettleScript.Item {
    fileprivate var isPlain: Bool {
        self.disposition == .acknowledge && !self.hasCounters && self.parts.isEmpty && self.ends.isEmpty
            && self.effects.publications.isEmpty && self.effects.chords.isEmpty && self.effects.groups.isEmpty
            && self.effects.results.count <= 1 && self.effects.results.allSatisfy { !$0.payload.isEmpty }
    }
}
