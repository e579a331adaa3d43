/// What a consumer remembers of the batches that Redis was told to fill: a pure value.
///
/// One is waited with at a time. Of each it is known whether `BLMOVE` has been answered: until it has, the batch may still be filled.
struct WaitingClaims: Sendable {
    /// A batch, and the list whose next message goes into it.
    struct Entry: Sendable {
        let domain: ClaimDomain
        let batch: ClaimBatch
    }

    /// The list that had the last message.
    private(set) var place: ClaimDomain?
    /// The one that is waited with.
    private(set) var current: Entry?
    /// Whether the current one may have been given to `BLMOVE`, which was not answered yet.
    private var isUnanswered = false
    /// Those of which it is not known whether they were filled: to be given up.
    private(set) var doubtful: [Entry] = []
    /// Those that are known to be filled, or never to be, and are still entered as if somebody waited.
    private(set) var answered: [Entry] = []
    /// The connection on which waiting was refused for lack of rights: it is not tried again there, because the bell serves as well.
    private(set) var refusedConnection: UInt64?
    /// Until when it is not tried, because there is something to say about the list that only a claim can do.
    private var restsUntil: ContinuousClock.Instant?
}

extension WaitingClaims {
    /// For how long it is not tried then: a queue may be paused for hours, and a message may have been delivered before for as long.
    private static let rest = Duration.seconds(5)

    /// Notes where messages come from.
    mutating func setPlace(_ domain: ClaimDomain?) {
        if domain != self.place { self.restsUntil = nil }
        self.place = domain
    }

    /// Whether it may be tried on a connection.
    func isPossible(on connection: UInt64, at now: ContinuousClock.Instant) -> Bool {
        connection != self.refusedConnection && self.restsUntil.map { $0 <= now } ?? true
    }

    /// Notes that it was refused.
    mutating func refuse(on connection: UInt64) { self.refusedConnection = connection }

    /// Notes that only a claim can take messages of the list at the moment.
    mutating func rest(from now: ContinuousClock.Instant) { self.restsUntil = now + Self.rest }

    /// Begins to wait with a batch.
    mutating func begin(_ entry: Entry) {
        self.current = entry
        self.isUnanswered = false
    }

    /// Notes that the batch is about to be given to `BLMOVE`.
    mutating func ask() { self.isUnanswered = true }

    /// Ends waiting: the answer has come, and tells what was moved or that nothing will be.
    mutating func end() {
        if let current { self.answered.append(current) }
        self.current = nil
    }

    /// Ends waiting, if it has not ended, without knowing what has become, or will become, of the batch.
    mutating func giveUp() {
        guard let current, self.isUnanswered else { return self.end() }
        self.doubtful.append(current)
        self.current = nil
    }

    /// A batch of the list that is to lose its entry, or get a lease if it is still held; it counts as seen to.
    mutating func takeAnswered(of domain: ClaimDomain) -> Entry? {
        guard let index = self.answered.firstIndex(where: { $0.domain == domain }) else { return nil }
        return self.answered.remove(at: index)
    }

    /// Brings one back that could not be seen to.
    mutating func putBack(answered entry: Entry) { self.answered.append(entry) }

    /// Notes that a batch was given up.
    mutating func forget(doubtful entry: Entry) {
        self.doubtful.removeAll { $0.batch == entry.batch }
    }
}
