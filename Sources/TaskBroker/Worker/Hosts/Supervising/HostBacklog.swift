/// What a host has asked for and was not given yet: a pure value.
///
/// When it is too much, its socket is not read until half of it is done, so that a host cannot fill the memory of its supervisor: neither
/// by asking faster than Redis answers, nor by never reading what it is told.
struct HostBacklog: Sendable {
    /// One thing that was asked for.
    typealias Ticket = Int

    /// How many calls wait at once.
    static let maximumCount = 1024
    /// How many bytes calls and their answers have at once; a single one may be larger.
    static let maximumBytes = 64 << 20

    private var sizes: [Ticket: Int] = [:]
    private var bytes = 0
    private var lastTicket: Ticket = 0
    /// Whether nothing more is read.
    private(set) var isFull = false
}

extension HostBacklog {
    /// Notes something that was asked for, or is told without being asked.
    mutating func begin(bytes: Int) -> Ticket {
        self.lastTicket &+= 1
        self.sizes[self.lastTicket] = 0
        self.add(bytes, to: self.lastTicket)
        return self.lastTicket
    }

    /// Notes how large the answer is.
    mutating func add(_ bytes: Int, to ticket: Ticket) {
        guard let size = self.sizes[ticket] else { return }
        self.sizes[ticket] = size + bytes
        self.bytes += bytes
        if self.sizes.count >= Self.maximumCount || self.bytes >= Self.maximumBytes { self.isFull = true }
    }

    /// Notes that the answer has gone out; the second time it means nothing.
    mutating func end(_ ticket: Ticket) {
        guard let size = self.sizes.removeValue(forKey: ticket) else { return }
        self.bytes -= size
        if self.sizes.count <= Self.maximumCount / 2, self.bytes <= Self.maximumBytes / 2 { self.isFull = false }
    }
}
