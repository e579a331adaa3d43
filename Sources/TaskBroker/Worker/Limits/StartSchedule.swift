import CeleryProtocol

/// When the tasks of one name may start: slots at even distances, each good for one start.
///
/// A token bucket of capacity one, seen from the future. A message that comes too early gets the next free slot and is put aside
/// until then; a slot whose message does not come back in time, because another worker took it, serves any other message, and
/// lapses when none comes either. So the slots of a window bound the starts in it: at most as many as the limit says for the
/// window and ``patience`` together, and one.
struct StartSchedule: Sendable {
    private struct Slot {
        let time: Timestamp
        let id: String
    }

    /// Slots are given this far ahead.
    ///
    /// What comes later waits this long without one, so that a limit that was raised is felt.
    static let horizon: Duration = .seconds(60)
    /// How many slots are given at once; bounds the memory at high rates.
    static let maximumCount = 1000

    /// The distance of the slots.
    let interval: Duration
    /// The slots that are given, the first one foremost.
    private var slots: [Slot] = []
    /// The slots by the ids of their messages.
    private var reservations: [String: Timestamp] = [:]
    /// The first time at which nothing has started and no slot is given.
    private var next = Timestamp(microseconds: 0)

    init(interval: Duration) {
        self.interval = interval
    }
}

extension StartSchedule {
    /// How long a slot serves: messages come back a little after their time.
    private var patience: Duration { max(self.interval, .milliseconds(250)) }

    /// How long a slot serves its own message only.
    private var grace: Duration { min(self.interval / 2, .milliseconds(100)) }

    /// How many slots are given.
    var reservedCount: Int { self.slots.count }

    /// Whether a message may start; if not, until when to put it aside.
    mutating func admit(_ id: String, at now: Timestamp) -> Timestamp? {
        self.removeLapsed(at: now)
        if let slot = self.reservations[id] {
            if slot > now { return slot }
            self.removeSlot(at: self.index(of: slot))
            return nil
        }
        if let first = self.slots.first, first.time.adding(self.grace) <= now {
            self.removeSlot(at: 0)
            return nil
        }
        if self.next <= now {
            self.next = now.adding(self.interval)
            return nil
        }
        return self.reserve(for: id, at: now)
    }

    private mutating func reserve(for id: String, at now: Timestamp) -> Timestamp {
        let slot = self.next
        guard slot <= now.adding(Self.horizon), self.slots.count < Self.maximumCount else {
            return min(slot, now.adding(Self.horizon))
        }
        self.slots.append(Slot(time: slot, id: id))
        self.reservations[id] = slot
        self.next = slot.adding(self.interval)
        return slot
    }

    private mutating func removeLapsed(at now: Timestamp) {
        while let first = self.slots.first, first.time.adding(self.patience) < now { self.removeSlot(at: 0) }
    }

    private mutating func removeSlot(at index: Int) {
        guard self.slots.indices.contains(index) else { return }
        self.reservations[self.slots.remove(at: index).id] = nil
    }

    /// The index of a slot; no two have the same time.
    private func index(of time: Timestamp) -> Int {
        var (low, high) = (0, self.slots.count)
        while low < high {
            let middle = (low + high) / 2
            if self.slots[middle].time < time { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
