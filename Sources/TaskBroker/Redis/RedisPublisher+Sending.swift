import RedisClient

extension RedisPublisher {
    /// Sends messages on terms, in order: first those whose sending has a condition, then the others.
    func publish(
        _ publications: [Publication],
        _ terms: PublishTerms
    ) async throws(TaskBrokerError) -> [PublishReceipt] {
        if let command = Self.command(forLone: publications, terms) {
            try await self.send(command)
            return [.sent]
        }
        let resolved = try await self.resolve(publications)
        let terms = terms.adoptsBounds ? try await self.adoptingBounds(terms, for: resolved) : terms
        let durability = publications.dropFirst().reduce(publications.first?.durability ?? .acknowledged) {
            $0.combined(with: $1.durability)
        }
        var receipts = [PublishReceipt](repeating: .sent, count: resolved.count)
        let isConditional = resolved.map { $0.isConditional(terms) }
        let batches = PublishBatch.batches(of: zip(resolved.indices, resolved).filter { isConditional[$0.0] }, terms)
        for (number, batch) in batches.enumerated() {
            let outcome = try await self.send(batch, durability, isFirst: number == 0)
            for (index, receipt) in zip(batch.indices, outcome) { receipts[index] = receipt }
            if case .refused(let full)? = outcome.first {
                // Nothing goes after what was refused.
                let unsent =
                    batches[(number + 1)...].flatMap(\.indices) + resolved.indices.filter { !isConditional[$0] }
                for index in unsent { receipts[index] = .refused(full) }
                return receipts
            }
        }
        let others = batches.isEmpty ? resolved : resolved.indices.filter { !isConditional[$0] }.map { resolved[$0] }
        if let shortfall = try await self.send(others, durability, isFirst: batches.isEmpty) {
            for index in resolved.indices where !isConditional[index] { receipts[index] = .uncertain(shortfall) }
        }
        return receipts
    }

    /// Adds the bounds that others have left beside queues of which these terms say nothing, as far as the user may see them.
    private func adoptingBounds(
        _ terms: PublishTerms,
        for publications: [RedisPublication]
    ) async throws(TaskBrokerError) -> PublishTerms {
        let queues = publications.reduce(into: Set<String>()) { $0.formUnion($1.queues) }
            .filter { terms.bounds[$0] == nil }.sorted()
        guard !queues.isEmpty else { return terms }
        var terms = terms
        do throws(RedisError) {
            var command: RESPCommand = ["MGET"]
            for queue in queues { command.append(RedisKeys.companion(.bound, of: queue)) }
            let values = try await self.client.send(command).array ?? []
            for (queue, value) in zip(queues, values) {
                guard let maxLength = value.string.flatMap({ Int($0) }) else { continue }
                terms.bounds[queue] = QueueBound(maxLength: maxLength)
            }
            return terms
        } catch {
            // Whoever may not look for bounds may still send.
            guard error.serverPrefix != "NOPERM" else { return terms }
            throw TaskBrokerError(error, isPublishing: true)
        }
    }
}

// MARK: - A lone message

extension RedisPublisher {
    /// The command for one message that goes into a list under no condition, as `delay` sends it; `nil` for everything else.
    ///
    /// What many messages need to be put together is most of the work for a single one.
    private static func command(forLone publications: [Publication], _ terms: PublishTerms) -> RESPCommand? {
        guard publications.count == 1, !terms.adoptsBounds, terms.bounds.isEmpty else { return nil }
        return publications[0].plainCommand
    }

    private func send(_ command: RESPCommand) async throws(TaskBrokerError) {
        do throws(RedisError) {
            try await self.client.send(command)
        } catch {
            throw TaskBrokerError(publishing: error, isUncertain: error.mayHaveExecuted)
        }
    }
}

// MARK: - Unconditionally

extension RedisPublisher {
    /// How much goes into one write, and has to be answered within one deadline.
    private static let maximumBytes = 4 << 20

    /// Sends everything, a few megabytes at a time; returns by how much too few replicas have confirmed it.
    ///
    /// - Parameter isFirst: Whether nothing that was to be sent with it has been sent before.
    private func send(
        _ publications: [RedisPublication],
        _ durability: PublishDurability,
        isFirst: Bool
    ) async throws(TaskBrokerError) -> PublishUncertainty? {
        var rest = RedisPublication.commands(for: publications)[...]
        var shortfall: PublishUncertainty?
        var isFirst = isFirst
        do throws(RedisError) {
            while !rest.isEmpty {
                var byteCount = 0
                let batch = rest.prefix { command in
                    defer { byteCount += command.arguments.byteCount }
                    return byteCount < Self.maximumBytes
                }
                rest = rest[batch.endIndex...]
                if durability == .sent {
                    try await self.client.post(Array(batch))
                } else {
                    shortfall = try await self.send(Array(batch), durability).shortfall ?? shortfall
                }
                isFirst = false
            }
            return shortfall
        } catch {
            throw TaskBrokerError(publishing: error, isUncertain: error.mayHaveExecuted || !isFirst)
        }
    }

    /// Sends commands in one write and waits until they are as safe as wanted; throws the first error among the replies.
    func send(
        _ commands: [RESPCommand],
        _ durability: PublishDurability
    ) async throws(RedisError) -> (replies: [RESPValue], shortfall: PublishUncertainty?) {
        guard case .replicated(let wanted, let timeout) = durability else {
            return (try await self.client.sendChecked(commands), nil)
        }
        let answer = try await self.replicated.send(commands, replicas: wanted, timeout: timeout)
        for reply in answer.replies {
            if let message = reply.errorMessage { throw RedisError(reply: message) }
        }
        switch answer.replicas {
        case .success(let count) where count >= wanted:
            return (answer.replies, nil)
        case .success(let count):
            return (answer.replies, PublishUncertainty(replicas: count, wanted: wanted))
        case .failure(let error):
            return (answer.replies, PublishUncertainty(replicas: 0, wanted: wanted, reason: error.message))
        }
    }
}

extension Publication {
    /// The command, if it goes into a list under no condition of its own.
    fileprivate var plainCommand: RESPCommand? {
        guard case .queue(let queue) = self.destination, self.durability == .acknowledged, self.unique == nil else {
            return nil
        }
        let list = Priority.list(queue: queue, step: Priority.step(for: self.priority))
        return RESPCommand("LPUSH", list, self.payload)
    }
}

extension TaskBrokerError {
    /// The error for messages of which it may be unknown whether they have arrived.
    init(publishing error: RedisError, isUncertain: Bool) {
        let plain = TaskBrokerError(error, isPublishing: true)
        guard isUncertain, plain.code != .cancelled else {
            self = plain
            return
        }
        self.init(
            .publishUncertain,
            "\(error.message) It is not known whether what was being sent has arrived: look for it, or send with a unique key, "
                + "which makes sending again safe.",
            underlyingError: error
        )
    }
}
