/// Caps on what a JSON document may cost before it is understood (`reliability.md` X15).
package struct JSONLimits: Hashable, Sendable {
    /// How many arrays and objects may be nested.
    ///
    /// The parser recurses, so this also bounds its stack.
    package var maximumDepth: Int
    /// The size of the document in bytes.
    package var maximumBytes: Int
    /// How many values the document may hold, counting each element and member at every level.
    ///
    /// A value costs about 24 bytes of memory but as little as two on the wire.
    package var maximumElements: Int
    /// The number of characters of one number.
    ///
    /// Python refuses integers of more than 4300 digits too (CVE-2020-10735).
    package var maximumNumberLength: Int

    /// Creates limits.
    package init(
        maximumDepth: Int = 64,
        maximumBytes: Int = 8 << 20,
        maximumElements: Int = 1_000_000,
        maximumNumberLength: Int = 4300
    ) {
        self.maximumDepth = maximumDepth
        self.maximumBytes = maximumBytes
        self.maximumElements = maximumElements
        self.maximumNumberLength = maximumNumberLength
    }

    /// 64 levels, 8 MiB, a million values.
    package static let `default` = JSONLimits()
}
