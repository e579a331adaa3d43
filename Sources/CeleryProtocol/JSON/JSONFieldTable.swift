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
