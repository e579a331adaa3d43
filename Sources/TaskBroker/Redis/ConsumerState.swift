/// What a consumer remembers between calls.
struct ConsumerState: Sendable {
    private let queueCount: Int
    private var rotation = 0
    private var nextCounter = 0
    private var announcements = 0
    /// Whether the database of the results has been selected once.
    var hasTriedDatabase = false
    /// The indices of the domains that may not be taken from.
    private var blocked: Set<Int> = []

    init(queueCount: Int) {
        self.queueCount = queueCount
    }
}

extension ConsumerState {
    /// Reserves the numbers of `count` claims; none is ever used twice.
    mutating func reserveCounters(_ count: Int) -> Int {
        defer { self.nextCounter += count }
        return self.nextCounter
    }

    /// The domains in the order of the next claim.
    ///
    /// Each call begins with another queue, so that a full queue cannot starve the others; within a step of priority only, so that
    /// an urgent message of any queue goes before the rest of all.
    mutating func nextOrder(stepCount: Int) -> [Int] {
        guard self.queueCount > 0 else { return [] }
        let start = self.rotation
        self.rotation = (start + 1) % self.queueCount
        var order: [Int] = []
        order.reserveCapacity(stepCount * self.queueCount)
        for step in 0..<stepCount {
            for offset in 0..<self.queueCount {
                let index = step * self.queueCount + (start + offset) % self.queueCount
                if !self.blocked.contains(index) { order.append(index) }
            }
        }
        return order
    }

    /// Notes an announcement; returns whether the name has to be entered as well.
    ///
    /// With the first, and again now and then in case it was removed.
    mutating func isRegistrationDue() -> Bool {
        defer { self.announcements = (self.announcements + 1) % 10 }
        return self.announcements == 0
    }

    /// Notes domains that turned out to be blocked.
    mutating func block(_ indices: some Sequence<Int>) {
        self.blocked.formUnion(indices)
    }

    /// Notes which domains are blocked, now that all have been looked at.
    mutating func setBlocked(_ indices: some Sequence<Int>) {
        self.blocked = Set(indices)
    }

    /// Whether a domain may be taken from, as far as is known.
    func isBlocked(_ index: Int) -> Bool {
        self.blocked.contains(index)
    }
}
