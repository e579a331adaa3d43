import TaskBroker

/// Which list a message waits in: one for each queue and step of priority, as in Redis.
struct ListAddress: Hashable, Sendable {
    let queue: String
    let step: Int
}

extension ListAddress {
    init(_ claim: Claim) {
        self.init(queue: claim.queue, step: claim.step)
    }

    /// The lists of several queues in the order in which they are served: all of one step before any of the next.
    static func all(of queues: [String]) -> [Self] {
        Priority.steps.flatMap { step in queues.map { Self(queue: $0, step: step) } }
    }
}

/// The messages that wait in one list.
///
/// In Redis's words, messages are pushed to the left and popped from the right; here the head, which is served next, comes first.
struct MessageList: Sendable {
    /// Those before `start` have been taken; they go in batches, so that taking one does not move all others.
    private var elements: [[UInt8]] = []
    private var start = 0
}

extension MessageList {
    var isEmpty: Bool { self.start == self.elements.count }

    /// The messages, the next one first.
    var messages: ArraySlice<[UInt8]> { self.elements[self.start...] }

    /// Redis's `LPUSH`: to be served last.
    mutating func append(_ message: [UInt8]) {
        self.elements.append(message)
    }

    /// Redis's `RPUSH`, so that the first of `messages` is served next.
    mutating func prepend(_ messages: [[UInt8]]) {
        self.elements.replaceSubrange(..<self.start, with: messages)
        self.start = 0
    }

    /// Redis's `RPOP`: up to `count` messages from the head.
    mutating func popFirst(_ count: Int) -> [[UInt8]] {
        let taken = Array(self.messages.prefix(max(count, 0)))
        self.start += taken.count
        if self.start > 64, self.start > self.elements.count / 2 {
            self.elements.removeFirst(self.start)
            self.start = 0
        }
        return taken
    }
}
