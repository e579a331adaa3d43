import CeleryProtocol
import TaskBroker

extension InMemoryState {
    /// Ends claims with all their effects and takes new messages.
    mutating func settle(
        _ settlements: [Settlement],
        claiming count: Int,
        after cursor: Timestamp,
        by number: Int
    ) -> ClaimReply {
        var reply = ClaimReply(now: self.clock.now)
        var released: [ListAddress: [[UInt8]]] = [:]
        for (index, settlement) in settlements.enumerated() {
            guard let message = self.held[settlement.claim.id] else {
                reply.isAccepted.append(false)
                continue
            }
            reply.isAccepted.append(true)
            self.store(settlement.results)
            let ends = settlement.canvas?.ends ?? []
            for end in ends where self.isOpen(end) { self.store(end.results) }
            let parts = settlement.canvas?.parts ?? []
            let completed = parts.indices.filter { self.report(parts[$0]) }
            guard completed.isEmpty else {
                reply.completions[index] = completed
                continue
            }
            self.held[settlement.claim.id] = nil
            self.move(message, settlement, &released)
            self.prepare(groups: settlement.canvas?.groups ?? [], chords: settlement.canvas?.chords ?? [])
            for publication in settlement.publications { self.deliver(publication) }
            for end in ends where self.finish(end) {
                self.prepare(groups: end.groups, chords: end.chords)
                for publication in end.publications { self.deliver(publication) }
            }
        }
        // The first of the released was the head of its list and becomes it again.
        for (address, messages) in released { self.lists[address, default: MessageList()].prepend(messages) }
        reply.messages = self.claim(count, by: number)
        reply.revocations = self.revocations(after: cursor)
        return reply
    }

    private mutating func move(
        _ message: HeldMessage,
        _ settlement: Settlement,
        _ released: inout [ListAddress: [[UInt8]]]
    ) {
        let address = ListAddress(message.claim)
        let identity = MessageIdentity(address: address, raw: message.raw)
        switch settlement.disposition {
        case .acknowledge:
            self.forgetCounters(of: identity, settlement)
        case .release:
            released[address, default: []].append(message.raw)
        case .requeue:
            self.lists[address, default: MessageList()].append(message.raw)
        case .delay(let due):
            self.delay(message, until: due, parkedTask: nil)
        case .park(let due, let task):
            self.counters[identity, default: DeliveryCounters()].parkings += 1
            self.delay(message, until: due, parkedTask: task)
        case .deadLetter(let reason):
            self.forgetCounters(of: identity, settlement)
            self.dead.append(DeadMessage(queue: address.queue, reason: reason, payload: message.raw))
        }
    }

    /// Like Redis, this looks for counters only if the worker says that there are some.
    private mutating func forgetCounters(of identity: MessageIdentity, _ settlement: Settlement) {
        if settlement.hasCounters { self.counters[identity] = nil }
    }

    private mutating func delay(_ message: HeldMessage, until due: Timestamp, parkedTask: String?) {
        self.delayed.insert(
            DelayedMessage(address: ListAddress(message.claim), raw: message.raw, due: due, parkedTask: parkedTask)
        )
    }

    /// Takes up to `count` messages, the higher steps of priority first, each time beginning with another queue.
    private mutating func claim(_ count: Int, by number: Int) -> [ClaimedMessage] {
        guard count > 0, var consumer = self.consumers[number] else { return [] }
        let start = consumer.rotation % max(consumer.queues.count, 1)
        consumer.rotation = start + 1
        let queues = Array(consumer.queues[start...] + consumer.queues[..<start])

        var claimed: [ClaimedMessage] = []
        for address in ListAddress.all(of: queues) where claimed.count < count {
            for raw in self.lists[address]?.popFirst(count - claimed.count) ?? [] {
                let claim = Claim(
                    id: "\(number):\(consumer.nextClaim)",
                    queue: address.queue,
                    step: address.step
                )
                consumer.nextClaim += 1
                self.hold(raw, claim, number, until: self.clock.now.adding(consumer.lease))
                claimed.append(self.claimedMessage(raw, claim, address))
            }
        }
        self.consumers[number] = consumer
        return claimed
    }

    private mutating func hold(_ raw: [UInt8], _ claim: Claim, _ number: Int, until deadline: Timestamp) {
        self.held[claim.id] = HeldMessage(claim: claim, raw: raw, consumer: number, deadline: deadline)
    }

    private func claimedMessage(_ raw: [UInt8], _ claim: Claim, _ address: ListAddress) -> ClaimedMessage {
        let counters = self.counters[MessageIdentity(address: address, raw: raw)] ?? DeliveryCounters()
        return ClaimedMessage(
            claim: claim,
            raw: raw,
            redeliveries: counters.redeliveries,
            parkings: counters.parkings
        )
    }
}
