/// What a command writes to one of its outputs, as much of it as is kept.
struct CommandOutput: Sendable {
    /// What is kept of it.
    enum Keeping: Hashable, Sendable {
        /// The beginning; more than that is too much.
        case first(Int)
        /// The end.
        case last(Int)
    }

    private let reader: FileDescriptor
    private let keeping: Keeping
    private var isOpen = true
    /// What was kept.
    private(set) var bytes: [UInt8] = []
    /// Whether there was more than may be.
    private(set) var isTooLong = false

    init(_ reader: FileDescriptor, keeping: Keeping) {
        self.reader = reader
        self.keeping = keeping
    }

    /// How much is read at once: what a pipe of Linux holds.
    private static let portion = 64 << 10
}

extension CommandOutput {
    /// What to wait for: `nil` after the end.
    var descriptor: FileDescriptor? { self.isOpen ? self.reader : nil }

    /// Reads what there is, once.
    ///
    /// - Returns: Whether there may be more at this moment.
    @discardableResult
    mutating func read() -> Bool {
        guard self.isOpen else { return false }
        do throws(SystemError) {
            let portion = try self.reader.read(upTo: Self.portion)
            self.keep(portion)
            if portion.isEmpty { self.close() }
            return !portion.isEmpty
        } catch {
            if !error.isWouldBlock { self.close() }
            return false
        }
    }

    /// Reads what is left of a command that has ended.
    ///
    /// A process that left its group may hold the other end and go on writing: nobody waits for that.
    mutating func drain() {
        for _ in 0..<Self.finalPortions where !self.read() { break }
        self.close()
    }

    /// Enough for every pipe that an unprivileged process can make (1 MiB).
    private static let finalPortions = 16

    mutating func keep(_ portion: [UInt8]) {
        switch self.keeping {
        case .first(let limit):
            let room = limit - self.bytes.count
            self.bytes += portion.prefix(max(0, room))
            if portion.count > room { self.isTooLong = true }
        case .last(let limit):
            self.bytes = (self.bytes + portion).suffix(limit)
        }
    }

    private mutating func close() {
        if self.isOpen { self.reader.close() }
        self.isOpen = false
    }
}
