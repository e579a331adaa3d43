/// The settlements of one list in a call that acknowledges them, see ``SettleScript/acknowledge``.
struct AcknowledgedGroup: Sendable {
    /// The settlements of one batch, which end together.
    struct Batch: Sendable {
        let name: Substring
        /// Where they stand in the request, and the numbers of their claims.
        var members: [(index: Int, number: Int)]
    }

    let domain: ClaimDomain
    let batches: [Batch]
    /// For how many seconds results are kept; empty: for ever.
    let resultSeconds: String

    /// - Parameter indices: Where the settlements of one list stand in the request; at least one.
    /// - Returns: `nil` if one of them is more than an acknowledgement with at most one result, or not all results are kept as long.
    init?(_ indices: [Int], of items: [SettleScript.Item]) {
        let expiries = Self.expiries(of: indices, items)
        guard expiries.isUniform, indices.allSatisfy({ items[$0].isAcknowledgement }) else { return nil }
        self.domain = items[indices[0]].domain
        self.batches = Self.batches(indices, of: items)
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
        var batches: [Batch] = []
        var places: [Substring: Int] = [:]
        for index in indices {
            let (name, number) = ClaimBatch.place(ofClaim: items[index].id)
            // Those of a batch mostly end one after the other.
            if let last = batches.last, last.name == name {
                batches[batches.count - 1].members.append((index, number))
            } else if let place = places[name] {
                batches[place].members.append((index, number))
            } else {
                // A lone task needs no table.
                if indices.count > 1 { places[name] = batches.count }
                batches.append(Batch(name: name, members: [(index, number)]))
            }
        }
        return batches
    }
}

extension SettleScript.Item {
    fileprivate var isAcknowledgement: Bool {
        self.disposition == .acknowledge && !self.hasCounters && self.parts.isEmpty && self.ends.isEmpty
            && self.effects.publications.isEmpty && self.effects.chords.isEmpty && self.effects.groups.isEmpty
            && self.effects.results.count <= 1 && self.effects.results.allSatisfy { !$0.payload.isEmpty }
    }
}
