import RedisClient

/// What a consumer remembers between calls.
struct ConsumerState: Sendable {
    /// The lists to take from.
    private(set) var layout: ConsumerLayout
    private var rotation = 0
    private var nextBatch = 0
    private var announcements = 0
    private var hasComplained = false
    /// The connection on which every command of the scripts is known to be allowed.
    var permittedConnection: UInt64?
    /// Whether many messages may be moved at once, see ``SettleScript/claims``.
    var mayMove = false
    /// The last list of a claim that got all that it wanted: it has more, and they are worth being moved at once.
    private var full: ClaimDomain?
    /// Whether the database of the results has been selected once.
    var hasTriedDatabase = false
    /// Whether it goes first after the next ring.
    var precedence = RingPrecedence()
    /// Where messages are waited for, and what has become of earlier batches.
    var waiting = WaitingClaims()
    /// The list that the bell was last armed without.
    private(set) var unheard: ClaimDomain?
    /// When the batches that others wait to have filled are looked at.
    private var nextSweep = ContinuousClock.now
    /// What was met and has not been told of yet.
    var damage = DamageReport()
    /// The domains that may not be taken from.
    private var blocked: Set<ClaimDomain> = [] {
        didSet { self.openLists = Self.lists(of: self.layout, without: self.blocked) }
    }
    /// The lists that may be taken from, as far as is known: as the doorbell takes them.
    private var openLists: RESPArguments

    init(_ layout: ConsumerLayout) {
        self.layout = layout
        self.openLists = Self.lists(of: layout, without: [])
    }

    private static func lists(of layout: ConsumerLayout, without blocked: Set<ClaimDomain>) -> RESPArguments {
        RESPArguments(layout.domains.filter { !blocked.contains($0) }.map(\.list))
    }
}

extension ConsumerState {
    /// Reserves the numbers of up to `count` batches; none is ever used twice.
    mutating func reserveBatches(_ count: Int) -> Int {
        defer { self.nextBatch += count }
        return self.nextBatch
    }

    /// Takes from other queues from now on.
    mutating func setLayout(_ layout: ConsumerLayout) {
        self.layout = layout
        self.rotation = 0
        self.blocked = []
        self.waiting.setPlace(nil)
        // Of the keys of other queues nothing is known.
        self.permittedConnection = nil
    }

    /// The domains in the order of the next claim.
    ///
    /// Each call begins with another queue, so that a full queue cannot starve the others; within a step of priority only, so that
    /// an urgent message of any queue goes before the rest of all.
    mutating func nextOrder() -> [ClaimDomain] {
        let queueCount = self.layout.queues.count
        guard queueCount > 0 else { return [] }
        let start = self.rotation
        self.rotation = (start + 1) % queueCount
        var order: [ClaimDomain] = []
        order.reserveCapacity(self.layout.domains.count)
        for step in stride(from: 0, to: self.layout.domains.count, by: queueCount) {
            for offset in 0..<queueCount {
                let domain = self.layout.domains[step + (start + offset) % queueCount]
                if !self.blocked.contains(domain) { order.append(domain) }
            }
        }
        return order
    }

    /// The fewest messages that are moved at once: for fewer the commands cost more than the copies.
    private static let fewestMoved = 4

    /// Which of the domains of a claim is moved at once.
    func moved(_ domains: [ClaimDomain], wanting count: Int) -> Int? {
        guard self.mayMove, count >= Self.fewestMoved, let full = self.full else { return nil }
        return domains.firstIndex(of: full)
    }

    /// Notes what a claim has brought.
    mutating func note(_ reply: SettleScript.Reply, of claim: SettleScript.ClaimRequest) {
        if !reply.blocked.isEmpty { self.block(reply.blocked) }
        guard claim.count > 0 else { return }
        if let last = reply.last { self.waiting.setPlace(claim.domains[last]) }
        self.full = reply.taken == claim.count ? reply.last.map { claim.domains[$0] } : nil
    }

    /// Notes an announcement; returns whether the name has to be entered as well.
    ///
    /// With the first, and again now and then in case it was removed.
    mutating func isRegistrationDue() -> Bool {
        defer { self.announcements = (self.announcements + 1) % 10 }
        return self.announcements == 0
    }

    /// Notes a complaint about the log of revocations; returns whether it is the first.
    mutating func isFirstComplaint() -> Bool {
        defer { self.hasComplained = true }
        return !self.hasComplained
    }

    /// Notes domains that turned out to be blocked.
    mutating func block(_ domains: some Sequence<ClaimDomain>) {
        self.blocked.formUnion(domains)
    }

    /// Notes which domains are blocked, now that all have been looked at; returns whether they are others than before.
    mutating func setBlocked(_ domains: some Sequence<ClaimDomain>) -> Bool {
        let blocked = Set(domains)
        guard blocked != self.blocked else { return false }
        self.blocked = blocked
        return true
    }
}

// MARK: Waiting

extension ConsumerState {
    /// The lists of which the bell has to tell from now on: all that may be taken from, but for the one in which the next message is waited for.
    mutating func listsToHear() -> RESPArguments {
        self.unheard = self.waiting.current?.domain
        guard let unheard, !self.blocked.contains(unheard) else { return self.openLists }
        return Self.lists(of: self.layout, without: self.blocked.union([unheard]))
    }

    /// Whether the bell does not tell of a list although nobody waits there any more.
    var hasDeafSpot: Bool { self.unheard.map { $0 != self.waiting.current?.domain } ?? false }

    /// Where to wait for the next message: where there was one last, if that is open, and otherwise in the first list that is; `nil` if none is.
    var placeToWait: ClaimDomain? {
        if let place = self.waiting.place, self.isOpen(place) { return place }
        return self.layout.domains.first { !self.blocked.contains($0) }
    }

    /// Whether messages are taken from a list.
    func isOpen(_ domain: ClaimDomain) -> Bool {
        !self.blocked.contains(domain) && self.layout.contains(domain)
    }

    /// Whether it is time to look at the batches that others wait to have filled.
    mutating func isSweepDue(at now: ContinuousClock.Instant, every interval: Duration) -> Bool {
        guard self.nextSweep <= now else { return false }
        self.nextSweep = now + interval
        return true
    }
}
