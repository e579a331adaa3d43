import TaskBroker

extension InMemoryState {
    /// Enters a new consumer; returns its number.
    mutating func addConsumer(_ configuration: ConsumerConfiguration) -> Int {
        let number = self.makeNumber()
        self.consumers[number] = ConsumerState(
            queues: configuration.queues.map(\.name),
            lease: configuration.lease
        )
        return number
    }

    /// Notes that a consumer takes nothing any more; one that was killed stays so.
    mutating func end(_ number: Int) {
        if self.consumers[number]?.life == .working { self.consumers[number]?.life = .ended }
        self.listening.remove(number)
    }

    /// Notes that nobody renews what a consumer holds.
    mutating func kill(_ number: Int) {
        self.consumers[number]?.life = .killed
        self.listening.remove(number)
    }

    /// Whether one of a consumer's lists has messages.
    func hasWork(for number: Int) -> Bool {
        self.addresses(of: number).contains { self.lists[$0]?.isEmpty == false }
    }

    /// The lists of a consumer.
    func addresses(of number: Int) -> [ListAddress] {
        ListAddress.all(of: self.consumers[number]?.queues ?? [])
    }

    /// Rings for those who wait and have work, and lets time go by if nobody has.
    mutating func wake() {
        self.jumpIfIdle()
        for number in self.listening.sorted() where self.hasWork(for: number) {
            self.listening.remove(number)
            self.effects.append(.ring(consumer: number))
        }
    }
}
