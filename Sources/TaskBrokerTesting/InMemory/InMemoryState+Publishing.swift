import CeleryProtocol
import TaskBroker

extension InMemoryState {
    /// Sends what producers send, unless the key of a message is taken.
    mutating func publish(_ publications: [Publication]) -> [PublishReceipt] {
        publications.map { publication in
            if let unique = publication.unique {
                if let holder = self.uniqueKeys[unique.key.name], holder.deadline > self.clock.now {
                    return .duplicate(of: holder.taskID)
                }
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
