/// A list of binary-safe arguments in one buffer.
///
/// All arguments lie one after the other in a single array, so that a command of twenty arguments costs two allocations
/// and not twenty.
package struct RESPArguments: Hashable, Sendable, ExpressibleByArrayLiteral {
    /// The arguments, one after the other.
    var bytes: [UInt8]
    /// Where each of them ends in ``bytes``.
    var ends: [Int]

    /// Creates an empty list.
    package init() {
        self.bytes = []
        self.ends = []
    }

    /// Creates a list of the given texts.
    package init(arrayLiteral arguments: String...) {
        self.init(arguments)
    }

    /// Creates a list of the given texts.
    package init(_ arguments: some Collection<String>) {
        self.init()
        self.reserveCapacity(arguments.count, byteCount: arguments.reduce(0) { $0 + $1.utf8.count })
        for argument in arguments { self.append(argument) }
    }
}

extension RESPArguments {
    /// The number of arguments.
    package var count: Int { self.ends.count }

    /// The number of bytes of all arguments together.
    package var byteCount: Int { self.bytes.count }

    /// Whether there are none.
    package var isEmpty: Bool { self.ends.isEmpty }

    /// The bytes of the argument at `index`, or `nil` beyond the end.
    package subscript(index: Int) -> ArraySlice<UInt8>? {
        guard self.ends.indices.contains(index) else { return nil }
        return self.bytes[(index == 0 ? 0 : self.ends[index - 1])..<self.ends[index]]
    }
}

// MARK: - Appending

extension RESPArguments {
    /// Makes room for `count` further arguments of `byteCount` bytes together.
    package mutating func reserveCapacity(_ count: Int, byteCount: Int) {
        self.ends.reserveCapacity(self.ends.count + count)
        self.bytes.reserveCapacity(self.bytes.count + byteCount)
    }

    /// Appends a text as UTF-8.
    package mutating func append(_ argument: String) {
        self.bytes.append(contentsOf: argument.utf8)
        self.ends.append(self.bytes.count)
    }

    /// Appends bytes as they are.
    package mutating func append(_ argument: [UInt8]) {
        self.bytes.append(contentsOf: argument)
        self.ends.append(self.bytes.count)
    }

    /// Appends bytes as they are.
    package mutating func append(_ argument: ArraySlice<UInt8>) {
        self.bytes.append(contentsOf: argument)
        self.ends.append(self.bytes.count)
    }

    /// Appends a number in decimal digits.
    ///
    /// The intermediate string lives in registers up to 15 digits, which covers times in microseconds until 2001 and
    /// every count; above that it is one small allocation. The many counts of one or two digits do without.
    package mutating func append(_ argument: Int64) {
        guard 0..<100 ~= argument else { return self.append(String(argument)) }
        if argument >= 10 { self.bytes.append(UInt8(ascii: "0") + UInt8(argument / 10)) }
        self.bytes.append(UInt8(ascii: "0") + UInt8(argument % 10))
        self.ends.append(self.bytes.count)
    }

    /// Appends a number in decimal digits.
    package mutating func append(_ argument: Int) {
        self.append(Int64(argument))
    }

    /// Appends an argument for each of the byte strings.
    package mutating func append(contentsOf arguments: ArraySlice<[UInt8]>) {
        // Room is doubled if there is too little: exact room for each of many short lists would copy everything each time.
        let byteCount = self.bytes.count + arguments.reduce(0) { $0 + $1.count }
        if byteCount > self.bytes.capacity { self.bytes.reserveCapacity(max(byteCount, 2 * self.bytes.capacity)) }
        let count = self.ends.count + arguments.count
        if count > self.ends.capacity { self.ends.reserveCapacity(max(count, 2 * self.ends.capacity)) }
        for argument in arguments { self.append(argument) }
    }

    /// Appends all arguments of another list.
    package mutating func append(contentsOf other: RESPArguments) {
        let offset = self.bytes.count
        self.bytes.append(contentsOf: other.bytes)
        for end in other.ends { self.ends.append(offset + end) }
    }
}
