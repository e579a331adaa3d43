/// The messages that one claim took from one list, which share a lease (`docs/decisions/0013-lease-per-claim.md`).
///
/// Its name tells how many claims it has, and theirs tell the batch, so that a script finds one from the other. ``BatchLua`` is the
/// same in Lua.
struct ClaimBatch: Hashable, Sendable {
    /// `<nonce>:<number>:<size>`.
    let name: String

    init(nonce: String, number: Int, size: Int) {
        self.name = "\(nonce):\(number):\(size)"
    }
}

extension ClaimBatch {
    /// The id of one of its claims, counted from 0.
    func claimID(at position: Int) -> String { "\(self.name):\(position + 1)" }

    /// The name of the batch that a claim belongs to: all of its id but the last number.
    ///
    /// A claim with any other id is a batch by itself. A slice, because this is looked up with every settlement.
    static func name(ofClaim id: String) -> Substring {
        let colon = UInt8(ascii: ":")
        guard id.utf8.count(where: { $0 == colon }) == 3, let end = id.utf8.lastIndex(of: colon) else { return id[...] }
        return id[..<end]
    }
}
