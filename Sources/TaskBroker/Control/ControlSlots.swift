import Synchronization

/// How many more commands of an application may run.
final class ControlSlots: Sendable {
    private let free: Mutex<Int>

    /// Creates a number of free slots.
    init(count: Int) {
        self.free = Mutex(count)
    }
}

extension ControlSlots {
    /// Takes a slot, if one is free.
    func take() -> Bool {
        self.free.withLock { free in
            guard free > 0 else { return false }
            free -= 1
            return true
        }
    }

    /// Gives a slot back.
    func giveBack() {
        self.free.withLock { $0 += 1 }
    }
}
