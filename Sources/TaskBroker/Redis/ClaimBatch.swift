/// The messages that one claim took from one list, which share a lease and a list (`docs/decisions/0013-lease-per-claim.md`).
///
/// The name of a claim tells its batch and its place there, so that a script finds one from the other. ``BatchLua`` is the same in Lua.
struct ClaimBatch: Hashable, Sendable {
    /// The largest batch: bounds what a script does for one lease.
    static let maximumSize = 100

    /// `<nonce>:<number>`, or `<nonce>:w<number>`.
    let name: String

    init(nonce: String, number: Int) {
        self.name = "\(nonce):\(number)"
    }

    /// The batch of a waiting claim, which Redis fills with the next message that comes (``WaitScript``).
    init(waitingWithNonce nonce: String, number: Int) {
        self.name = "\(nonce):\(Self.waitingMark)\(number)"
    }

    /// What the number of such a batch begins with.
    static let waitingMark = "w"
}

extension ClaimBatch {
    /// The id of one of its claims, counted from 0 in the order in which they were to be served.
    func claimID(at position: Int) -> String { "\(self.name):\(position + 1)" }

    /// The name of the batch that a claim belongs to, and its number there: all of its id but the last part, and that; 0 if it is none.
    ///
    /// A slice, because this is looked up with every settlement.
    static func place(ofClaim id: String) -> (batch: Substring, number: Int) {
        guard let end = id.utf8.lastIndex(of: UInt8(ascii: ":")) else { return (id[...], 0) }
        var number = 0
        for digit in id.utf8[id.utf8.index(after: end)...] {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit), number <= self.maximumSize else {
                return (id[..<end], 0)
            }
            number = 10 * number + Int(digit - UInt8(ascii: "0"))
        }
        return (id[..<end], number)
    }

    /// The name of the batch that a claim belongs to.
    static func name(ofClaim id: String) -> Substring { self.place(ofClaim: id).batch }
}
