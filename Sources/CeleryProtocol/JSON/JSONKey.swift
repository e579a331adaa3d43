/// The first 24 bytes of an object's key, in registers: comparing two costs four integer comparisons and no memory
/// access.
///
/// No field of Celery is longer than that, so a longer key is none that the reader knows, and differs from all of them.
package struct JSONKey: Equatable, Sendable {
    private var words: (UInt64, UInt64, UInt64)
    private let count: Int

    init(_ bytes: some Collection<UInt8>) {
        self.words = (0, 0, 0)
        self.count = bytes.count
        guard self.count <= 24 else { return }
        var index = 0
        for byte in bytes {
            let shifted = UInt64(byte) << UInt64((index & 7) * 8)
            switch index >> 3 {
            case 0: self.words.0 |= shifted
            case 1: self.words.1 |= shifted
            default: self.words.2 |= shifted
            }
            index += 1
        }
    }

    init(_ bytes: Span<UInt8>) {
        self.count = bytes.count
        self.words = self.count <= 24 ? (bytes.word(at: 0), bytes.word(at: 8), bytes.word(at: 16)) : (0, 0, 0)
    }

    /// Whether two keys of at most 24 bytes are the same; longer ones are only told apart by their length.
    package static func == (left: JSONKey, right: JSONKey) -> Bool {
        left.words == right.words && left.count == right.count
    }
}
