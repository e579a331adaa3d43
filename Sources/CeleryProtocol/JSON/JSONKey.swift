/// The first 24 bytes of an object's key, in registers: comparing two costs four integer comparisons and no memory
/// access.
///
/// No field of Celery is longer than 24 bytes, so a longer key is none that the reader knows, and compares unequal to
/// all of them.
package struct JSONKey: Hashable, Sendable {
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

    package static func == (left: JSONKey, right: JSONKey) -> Bool {
        left.words == right.words && left.count == right.count
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.count)
        hasher.combine(self.words.0)
    }
}
