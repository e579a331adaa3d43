import CeleryProtocol

/// A message that is in no list before its time.
struct DelayedMessage: Sendable {
    let address: ListAddress
    let raw: [UInt8]
    let due: Timestamp
    /// The task that nobody knew, if that is why it waits.
    let parkedTask: String?
}

/// The messages that wait for their time, in the order of their times, and of their arrival where those are equal.
struct DelayedMessages: Sendable {
    /// The last one is due first.
    private var elements: [DelayedMessage] = []
}

extension DelayedMessages {
    /// The messages, the one that is due first foremost.
    var all: [DelayedMessage] { self.elements.reversed() }

    mutating func insert(_ message: DelayedMessage) {
        var (low, high) = (0, self.elements.count)
        while low < high {
            let middle = (low + high) / 2
            if self.elements[middle].due > message.due { low = middle + 1 } else { high = middle }
        }
        self.elements.insert(message, at: low)
    }

    /// When the first message for one of these lists is due.
    func nextDue(in addresses: Set<ListAddress>) -> Timestamp? {
        self.elements.last { addresses.contains($0.address) }?.due
    }

    /// Takes out what is due.
    mutating func removeDue(at now: Timestamp) -> [DelayedMessage] {
        let due = self.elements.suffix(while: { $0.due <= now })
        self.elements.removeLast(due.count)
        return due.reversed()
    }

    /// Takes out what was parked for one of these tasks in one of these lists.
    mutating func removeParked(for tasks: Set<String>, in addresses: Set<ListAddress>) -> [DelayedMessage] {
        func matches(_ message: DelayedMessage) -> Bool {
            addresses.contains(message.address) && message.parkedTask.map(tasks.contains) == true
        }
        let released = self.elements.filter(matches)
        self.elements.removeAll(where: matches)
        return released.reversed()
    }
}

extension Array {
    /// The longest end of the array of which every element satisfies a condition.
    fileprivate func suffix(while condition: (Element) -> Bool) -> ArraySlice<Element> {
        let start = self.lastIndex { !condition($0) }.map { $0 + 1 } ?? self.startIndex
        return self[start...]
    }
}
