/// A queue of bounded length that drops its oldest elements and counts them.
struct EventBuffer<Element: Sendable>: Sendable {
    /// The elements in a circle; slots outside of the queue are `nil`.
    private var slots: [Element?] = []
    private var head = 0
    private let capacity: Int
    /// How many elements there are.
    private(set) var count = 0
    /// How many elements were dropped so far.
    private(set) var dropped = 0

    init(capacity: Int) {
        self.capacity = max(1, capacity)
    }
}

extension EventBuffer {
    var isEmpty: Bool { self.count == 0 }

    /// Adds an element at the end, at the expense of the oldest one if there is no room.
    mutating func append(_ element: Element) {
        if self.count == self.capacity {
            self.slots[self.head] = element
            self.head = (self.head + 1) % self.capacity
            self.dropped &+= 1
            return
        }
        let end = self.head + self.count
        if self.slots.count < self.capacity && end == self.slots.count {
            self.slots.append(element)
        } else {
            self.slots[end % self.slots.count] = element
        }
        self.count += 1
    }

    /// Takes the oldest elements out, at most `limit` of them.
    mutating func take(_ limit: Int) -> [Element] {
        let number = min(max(0, limit), self.count)
        var taken: [Element] = []
        taken.reserveCapacity(number)
        for _ in 0..<number {
            if let element = self.slots[self.head] { taken.append(element) }
            self.slots[self.head] = nil
            self.head = (self.head + 1) % self.slots.count
        }
        self.count -= number
        if self.isEmpty { self.head = 0 }
        return taken
    }

    /// Puts elements back that were taken out, before those that came since; those for which there is no room are dropped,
    /// the oldest first.
    mutating func putBack(_ elements: [Element]) {
        let newer = self.take(self.count)
        let room = self.capacity - newer.count
        self.dropped &+= max(0, elements.count - room)
        for element in elements.suffix(max(0, room)) { self.append(element) }
        for element in newer { self.append(element) }
    }
}
