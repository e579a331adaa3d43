import CeleryProtocol
import RedisClient

extension SettleScript {
    /// Everything that one call does.
    struct Request: Sendable {
        /// The claims that end.
        var items: [Item]
        /// How many messages to take, and from where.
        var claim: ClaimRequest
        /// The databases of the results and of the broker, if they differ.
        var databases: Databases?
    }

    /// Two databases of one server.
    struct Databases: Sendable, Hashable {
        var results: Int
        var broker: Int
    }

    /// One settlement with its place in Redis looked up.
    struct Item: Sendable {
        var id: String
        var domain: ClaimDomain
        var disposition: Settlement.Disposition
        var effects = Effects()
        /// The parts of chords that are reported.
        var parts: [ChordPart] = []
        /// The chords that end.
        var ends: [End] = []
        /// How long the keys of groups and chords are kept.
        var expires: Duration?
        var hasCounters: Bool
    }

    /// What happens with a settlement.
    struct Effects: Sendable {
        var results: [ResultWrite] = []
        var publications: [RedisPublication] = []
        var chords: [ChordStart] = []
        var groups: [SavedGroup] = []
    }

    /// The end of one chord.
    struct End: Sendable {
        var groupID: String
        var token: String
        var isSuccess: Bool
        var effects: Effects
    }

    /// What a call takes.
    struct ClaimRequest: Sendable {
        /// How many messages at most.
        var count: Int
        /// The domains to look at, in order.
        var domains: [ClaimDomain]
        /// How long the claims last, in ms.
        var lease: Int64
        /// What the names of the batches begin with.
        var nonce: String
        /// The number of the batch of the first domain; those of the others follow.
        var firstNumber: Int
        /// The index of the domain whose messages are moved at once and read afterwards; `nil`: they are all in the answer.
        var moved: Int?
    }

    /// A call in the form that Redis gets.
    struct Encoded: Sendable {
        /// What is called.
        var script = SettleScript.claim
        var keys: RESPArguments = []
        var arguments: RESPArguments = []
        /// The list that the moved messages are read from in the same write.
        var reading: String?
        /// For each settlement in the order of the call, its index in the request.
        var order: [Int] = []
        /// For each part of a chord in the order of the call, where it stands in the request.
        var parts: [(item: Int, part: Int)] = []
        /// The number of the next end of a chord, while the call is written.
        var nextEnd = 0
    }
}

extension SettleScript.ClaimRequest {
    /// The batch of what is taken from one of the domains.
    func batch(_ index: Int) -> ClaimBatch { ClaimBatch(nonce: self.nonce, number: self.firstNumber + index) }
}
