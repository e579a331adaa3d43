/// The lists that a consumer takes from; another one takes its place when queues are added or cancelled.
struct ConsumerLayout: Sendable {
    /// The queues, in the order of the first claim.
    let queues: [Queue]
    /// The lists of all queues: those of step 0 in the order of the queues, then those of step 3, and so on.
    let domains: [ClaimDomain]
    private let positions: [String: Int]

    init(_ queues: [Queue]) {
        let names = queues.map(\.name)
        self.queues = queues
        self.domains = ClaimDomain.all(of: names)
        self.positions = Dictionary(zip(names, names.indices)) { first, _ in first }
    }
}

extension ConsumerLayout {
    /// Whether a domain is of one of the queues.
    func contains(_ domain: ClaimDomain) -> Bool { self.positions[domain.queue] != nil }

    /// The domain that a claim came from, which may be of a queue that is no longer consumed.
    func domain(of claim: Claim) -> ClaimDomain {
        guard let position = self.positions[claim.queue], let step = Priority.steps.firstIndex(of: claim.step) else {
            return ClaimDomain(queue: claim.queue, step: claim.step)
        }
        return self.domains[step * self.queues.count + position]
    }
}
