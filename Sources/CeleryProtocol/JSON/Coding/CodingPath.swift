/// The way from the outermost value to the one being coded, as a chain from the inside out.
///
/// Extending it costs one allocation and it is only turned into an array when an error wants it.
indirect enum CodingPath {
    case root
    case child(any CodingKey, of: CodingPath)

    func appending(_ key: any CodingKey) -> CodingPath {
        .child(key, of: self)
    }

    func appending(index: Int) -> CodingPath {
        .child(IndexKey(index), of: self)
    }

    var keys: [any CodingKey] {
        var keys: [any CodingKey] = []
        var path = self
        while case .child(let key, let parent) = path {
            keys.append(key)
            path = parent
        }
        return keys.reversed()
    }
}

/// The position of an element in an array.
struct IndexKey: CodingKey {
    let index: Int

    init(_ index: Int) {
        self.index = index
    }

    init?(stringValue: String) {
        nil
    }

    init?(intValue: Int) {
        self.init(intValue)
    }

    var stringValue: String {
        "[\(self.index)]"
    }

    var intValue: Int? {
        self.index
    }
}

/// The key under which a class encodes what it inherits.
struct SuperKey: CodingKey {
    init() {}

    init?(stringValue: String) {
        guard stringValue == "super" else { return nil }
    }

    init?(intValue: Int) {
        nil
    }

    var stringValue: String {
        "super"
    }

    var intValue: Int? {
        nil
    }
}
