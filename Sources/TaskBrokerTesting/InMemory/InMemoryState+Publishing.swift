import CeleryProtocol
import TaskBroker

extension InMemoryState {
    /// Sends what producers send, unless the key of a message is taken; nothing of it if a queue has no room for all.
    mutating func publish(
        _ publications: [Publication],
        _ bounds: [String: QueueBound] = [:]
    ) -> [PublishReceipt] {
        if let full = self.fullQueue(for: publications, bounds) { return publications.map { _ in .refused(full) } }
        return publications.map { publication in
            if let unique = publication.unique {
                if let holder = self.holder(of: unique) { return .duplicate(of: holder) }
                self.uniqueKeys[unique.key.name] = UniqueHolder(
                    taskID: unique.taskID,
                    deadline: self.clock.now.adding(unique.key.duration)
                )
            }
            self.published.append(publication)
            self.deliver(publication)
            return .sent
        }
    }

    /// Puts a message at the tail of every list that its destination leads to, possibly none.
    ///
    /// Those who listen to a fanout exchange hear it.
    mutating func deliver(_ publication: Publication) {
        if case .exchange(let exchange, let routingKey) = publication.destination, exchange.kind == .fanout {
            let broadcast = Broadcast(routingKey: routingKey, payload: publication.payload)
            self.effects.append(.broadcast(broadcast, exchange: exchange.name))
        }
        let step = Priority.step(for: publication.priority)
        for queue in self.queues(for: publication.destination) {
            self.lists[ListAddress(queue: queue, step: step), default: MessageList()].append(publication.payload)
        }
    }

    /// Enters the bindings of queues into the tables of their exchanges.
    mutating func declare(_ queues: [Queue]) {
        for queue in queues {
            for binding in queue.bindings where self.bindings[queue.exchange.name]?.contains(binding) != true {
                self.bindings[queue.exchange.name, default: []].append(binding)
            }
        }
    }

    /// The first bounded queue that has no room for those of these messages that would be sent.
    private func fullQueue(for publications: [Publication], _ bounds: [String: QueueBound]) -> QueueFull? {
        guard !bounds.isEmpty else { return nil }
        for (queue, count) in self.places(for: publications).sorted(by: { $0.key < $1.key }) {
            guard let bound = bounds[queue] else { continue }
            let length = self.length(of: queue)
            if length + count > bound.maxLength {
                return QueueFull(queue: queue, maxLength: bound.maxLength, length: length)
            }
        }
        return nil
    }

    /// How many messages would be added to each queue.
    func places(for publications: [Publication]) -> [String: Int] {
        var places: [String: Int] = [:]
        var keys: Set<String> = []
        for publication in publications {
            if let unique = publication.unique {
                guard self.holder(of: unique) == nil, keys.insert(unique.key.name).inserted else { continue }
            }
            for queue in self.queues(for: publication.destination) { places[queue, default: 0] += 1 }
        }
        return places
    }

    /// How many messages of a queue wait or are delayed.
    private func length(of queue: String) -> Int {
        ListAddress.all(of: [queue]).reduce(0) { $0 + (self.lists[$1]?.messages.count ?? 0) }
            + self.delayed.all.count { $0.address.queue == queue }
    }

    private func holder(of unique: Publication.UniqueClaim) -> String? {
        self.uniqueKeys[unique.key.name].flatMap { $0.deadline > self.clock.now ? $0.taskID : nil }
    }

    private func queues(for destination: Destination) -> [String] {
        switch destination {
        case .queue(let queue):
            return [queue]
        case .exchange(let exchange, let routingKey) where exchange.name.isEmpty:
            return [routingKey]
        case .exchange(let exchange, let routingKey):
            let queues = (self.bindings[exchange.name] ?? []).queues(matching: routingKey)
            // A fanout exchange keeps nothing for those who do not listen.
            return exchange.kind == .fanout ? queues.filter(self.isConsumed) : queues
        }
    }

    private func isConsumed(_ queue: String) -> Bool {
        self.consumers.values.contains { $0.life == .working && $0.queues.contains(queue) }
    }
}
