import CeleryProtocol
import TaskBroker

extension InMemoryState {
    /// Moves the clock and brings back what is due then.
    mutating func advance(by duration: Duration) {
        self.clock.advance(by: duration)
        self.bringBack()
    }

    /// Moves what is due, or was left behind, to the heads of its lists.
    mutating func bringBack() {
        self.prepend(self.delayed.removeDue(at: self.clock.now))
        self.reap()
    }

    /// Brings back what was parked for tasks that a consumer knows.
    mutating func releaseParked(tasks: [String], by number: Int) {
        guard let consumer = self.consumers[number] else { return }
        let addresses = Set(ListAddress.all(of: consumer.queues))
        self.prepend(self.delayed.removeParked(for: Set(tasks), in: addresses))
    }

    /// Jumps to the next thing that one of those who wait could do, if nobody can do anything now.
    mutating func jumpIfIdle() {
        guard self.clock.isAutomatic, !self.listening.isEmpty, !self.isAnythingRunning, !self.hasWorkForAnybody else {
            return
        }
        let addresses = Set(self.listening.flatMap(self.addresses))
        let moments = [self.delayed.nextDue(in: addresses), self.nextLoss(in: addresses)].compactMap(\.self)
        guard let next = moments.min() else { return }
        self.clock.advance(to: next)
        self.bringBack()
    }

    private mutating func prepend(_ messages: [DelayedMessage]) {
        for (address, messages) in Dictionary(grouping: messages, by: \.address) {
            self.lists[address, default: MessageList()].prepend(messages.map(\.raw))
        }
    }

    private var hasWorkForAnybody: Bool {
        self.consumers.contains { $0.value.life == .working && self.hasWork(for: $0.key) }
    }
}
