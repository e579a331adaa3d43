/// The ownership of one delivery: a name for the claim and the list that the message came from.
///
/// The id is a random nonce of the process and a counter, never the task's id: a message that is delivered twice has two
/// claims, and only the living one can be renewed or settled (`docs/architecture.md` §12).
package struct Claim: Hashable, Sendable {
    /// On Redis the name of its batch and its number there, `<64-bit nonce in hex>:<number>:<number in the batch>`.
    package let id: String
    /// The queue that the message was taken from.
    package let queue: String
    /// The priority step of the list: 0, 3, 6 or 9.
    package let step: Int
    /// Worked out once, because what a worker knows of a claim stands in half a dozen tables.
    private let idHash: Int

    package init(id: String, queue: String, step: Int = 0) {
        self.id = id
        self.idHash = id.hashValue
        self.queue = queue
        self.step = step
    }
}

extension Claim {
    /// The id alone tells claims apart.
    package func hash(into hasher: inout Hasher) { hasher.combine(self.idHash) }
}

/// A message that this worker owns until its lease runs out.
package struct ClaimedMessage: Sendable {
    /// The ownership.
    package let claim: Claim
    /// The bytes of the list element, untouched.
    package let raw: [UInt8]
    /// How often a lease on this message ran out before.
    package let redeliveries: Int
    /// How often it was put aside before because no worker knew its task.
    package let parkings: Int

    package init(claim: Claim, raw: [UInt8], redeliveries: Int = 0, parkings: Int = 0) {
        self.claim = claim
        self.raw = raw
        self.redeliveries = redeliveries
        self.parkings = parkings
    }
}
