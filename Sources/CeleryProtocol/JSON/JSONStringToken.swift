/// Where a string stands in a document, without its quotes.
package struct JSONStringToken: Hashable, Sendable {
    /// The bytes between the quotes.
    package let range: Range<Int>
    /// Whether there is a backslash among them.
    package let isEscaped: Bool
}

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

/// The fields of a document, to find out which one a key names.
///
/// Programs write the fields of a document in the same order every time, so the search starts after the field found
/// last and usually needs a single comparison.
package struct JSONFieldTable<Field: CaseIterable & RawRepresentable & Sendable>: Sendable
where Field.RawValue == String {
    private let fields: [Field]
    private let keys: [JSONKey]

    /// Creates the table; `Field`'s cases are in the order in which Celery writes them, their raw values are the keys.
    package init() {
        self.fields = Array(Field.allCases)
        self.keys = self.fields.map { JSONKey($0.rawValue.utf8) }
    }

    /// The field that a key names, or `nil` if it is none of them.
    ///
    /// - Parameter next: The index to look at first; starts as zero.
    package func field(for key: JSONKey, expectedAt next: inout Int) -> Field? {
        for index in next..<self.keys.count where self.keys[index] == key {
            next = index + 1
            return self.fields[index]
        }
        for index in 0..<next where self.keys[index] == key {
            next = index + 1
            return self.fields[index]
        }
        return nil
    }
}
