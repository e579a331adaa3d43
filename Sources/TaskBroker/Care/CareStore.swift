/// What examining and diagnosing need of a broker.
///
/// Everything is paged: no step holds up the broker for more than a few milliseconds, however much lies in it.
package protocol CareStore: Sendable {
    /// The places that keys lie in.
    var places: [CarePlace] { get }

    /// How many keys there are.
    func keyCount(in place: CarePlace) async throws(TaskBrokerError) -> Int

    /// Looks at some keys, in no order.
    ///
    /// - Parameter cursor: Where the page before ended; `nil` for the first.
    func keys(
        in place: CarePlace,
        after cursor: String?,
        _ request: ExaminationOptions
    ) async throws(TaskBrokerError) -> KeyPage

    /// What lies in and beside a list.
    func survey(_ list: String) async throws(TaskBrokerError) -> ListSurvey

    /// How many entries a pair has on its two sides, at one moment; `nil` where a key has a wrong type.
    func balance(of pair: StoredPair, list: String) async throws(TaskBrokerError) -> PairBalance?

    /// Looks at some entries of one side of a pair.
    func entries(
        _ side: PairSide,
        of pair: StoredPair,
        list: String,
        after cursor: String?
    ) async throws(TaskBrokerError) -> EntryPage

    /// Looks at some of the notes and counters beside a list.
    func notes(_ list: String, after cursor: String?) async throws(TaskBrokerError) -> EntryPage

    /// Looks again at what is suspected, each in one step with all that it depends on, and repairs it in the same step if asked.
    ///
    /// - Returns: What is there, in the same order; `nil` for what is not.
    func settle(
        _ suspicions: [Suspicion],
        in place: CarePlace,
        _ request: ExaminationOptions
    ) async throws(TaskBrokerError) -> [Damage?]

    /// What the servers of broker and results say about themselves.
    func servers() async throws(TaskBrokerError) -> [ServerFacts]

    /// The names of lists, as far as a bounded search finds them.
    func lists() async throws(TaskBrokerError) -> Set<String>

    /// The messages that Python workers have taken.
    func unacknowledged() async throws(TaskBrokerError) -> UnacknowledgedFacts
}

/// A database that keys lie in.
package enum CarePlace: Sendable, Hashable, CaseIterable {
    /// Where messages are; results too, if they are in the same database.
    case broker
    /// Where results are, if that is another database.
    case results
}

/// The sides of a ``StoredPair``.
package enum PairSide: Sendable, Hashable, CaseIterable {
    /// The times, which may lack their messages.
    case times
    /// The messages, which may lack their times.
    case messages
}

/// How many entries the sides of a pair have.
package struct PairBalance: Sendable, Hashable {
    package var times: Int
    package var messages: Int

    package init(times: Int, messages: Int) {
        self.times = times
        self.messages = messages
    }
}

/// What a page of keys shows.
package struct KeyPage: Sendable {
    /// How many keys were looked at.
    package var count = 0
    /// The lists that keys belong to, and those that bindings name.
    package var lists: Set<String> = []
    /// What looks wrong.
    package var suspicions: [Suspicion] = []
    /// What to ask for the next page with; `nil` after the last.
    package var next: String?

    package init() {}
}

/// What a page of entries shows.
package struct EntryPage: Sendable {
    /// How many entries were looked at.
    package var count: Int
    /// What looks wrong.
    package var suspicions: [Suspicion]
    /// What to ask for the next page with; `nil` after the last.
    package var next: String?

    package init(count: Int, suspicions: [Suspicion], next: String?) {
        self.count = count
        self.suspicions = suspicions
        self.next = next
    }
}
