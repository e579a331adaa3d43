/// Caps on what a canvas may cost: signatures come from other people's messages (`reliability.md` X15).
enum CanvasLimits {
    /// How deep compositions may be nested, and how many groups may follow each other in a chain, each of which becomes
    /// the header of a chord with the rest as its body.
    ///
    /// A level of signatures is at least three levels of JSON, so that no message reaches it.
    static let maximumDepth = 64
    /// How many signatures one canvas may consist of.
    static let maximumCount = 100_000
    /// How many messages one application of a canvas may send (`reliability.md` R15).
    ///
    /// They are sent in one step, while which Redis does nothing else: 20,000 took 157 ms.
    static let maximumMessages = 10_000
    /// How many bytes, roughly, all messages of one canvas may have because something is repeated in each of them: the
    /// body of a chord in those of its header, the rest of a chain or an argument in those of a group.
    static let maximumRepetition = 256 << 20
    /// How many stamps one message may have: each is looked up wherever it is received.
    static let maximumStamps = 1000
}
