/// Caps on what a task message may cost before it is understood (`reliability.md` X15).
package struct MessageLimits: Hashable, Sendable {
    /// The size of a whole message in bytes: 8 MiB.
    package var maximumBytes = 8 << 20
    /// The size of its headers in bytes: 64 KiB.
    package var maximumHeaderBytes = 64 << 10
    /// The size of its body after decompression in bytes: 64 MiB.
    package var maximumBodyBytes = 64 << 20
    /// How many times larger than its compressed form a body may be, once it exceeds ``freeExpansionBytes``.
    package var maximumCompressionRatio = 100
    /// The size in bytes up to which the ratio does not matter: a few kilobytes of equal characters may well shrink to
    /// a thousandth, and cost nothing.
    package var freeExpansionBytes = 1 << 20
    /// How many arrays and objects may be nested in the envelope, and in the body.
    package var maximumDepth = 64
    /// How many values the envelope and the body may hold.
    package var maximumElements = 1_000_000

    /// Creates the limits named above.
    package init() {}

    /// 8 MiB a message, 64 KiB of headers, 64 MiB of body, 64 levels, a million values.
    package static let `default` = MessageLimits()

    var envelope: JSONLimits {
        JSONLimits(
            maximumDepth: self.maximumDepth,
            maximumBytes: self.maximumBytes,
            maximumElements: self.maximumElements
        )
    }

    var body: JSONLimits {
        JSONLimits(
            maximumDepth: self.maximumDepth,
            maximumBytes: self.maximumBodyBytes,
            maximumElements: self.maximumElements
        )
    }
}
