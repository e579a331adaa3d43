import RedisClient

extension RedisPublisher {
    /// Sends a batch, again if that is safe and it is unknown whether it has arrived, or when a full queue may have room.
    ///
    /// - Parameter isFirst: Whether nothing that was to be sent with it has been sent before.
    func send(
        _ batch: PublishBatch,
        _ durability: PublishDurability,
        isFirst: Bool
    ) async throws(TaskBrokerError) -> [PublishReceipt] {
        var attempts = PublishAttempts(window: batch.retryWindow)
        while true {
            let reply: PublishScript.Reply
            let shortfall: PublishUncertainty?
            do throws(RedisError) {
                (reply, shortfall) = try await self.call(batch, durability)
            } catch {
                guard let resumption = attempts.resumption(after: error) else {
                    throw TaskBrokerError(publishing: error, isUncertain: attempts.isUncertain || !isFirst)
                }
                try await Self.sleep(until: resumption)
                continue
            }
            switch reply {
            case .sent(let holders):
                return zip(batch.publications, holders).map { publication, holder in
                    // After a failure, the message under a key of its own is the one that had already arrived.
                    let isOwn = attempts.failures > 0 && holder == publication.unique?.taskID
                    if let holder, !isOwn { return .duplicate(of: holder) }
                    return shortfall.map(PublishReceipt.uncertain) ?? .sent
                }
            case .full(let number, let length):
                let queue = batch.queues[number]
                guard !batch.exceeds(queue), let resumption = attempts.resumption(after: queue.bound.onFull) else {
                    let full = QueueFull(queue: queue.name, maxLength: queue.bound.maxLength, length: length)
                    return batch.publications.map { _ in .refused(full) }
                }
                try await Self.sleep(until: resumption)
            }
        }
    }

    private func call(
        _ batch: PublishBatch,
        _ durability: PublishDurability
    ) async throws(RedisError) -> (reply: PublishScript.Reply, shortfall: PublishUncertainty?) {
        let (keys, arguments) = PublishScript.encode(batch)
        let answer: (replies: [RESPValue], shortfall: PublishUncertainty?)
        do throws(RedisError) {
            answer = try await self.send([PublishScript.script.command(keys: keys, arguments: arguments)], durability)
        } catch {
            guard error.serverPrefix == "NOSCRIPT" else { throw error }
            let whole = PublishScript.script.commandWithText(keys: RESPArguments(keys), arguments: arguments)
            answer = try await self.send([whole], durability)
        }
        guard let reply = answer.replies.first.flatMap({ PublishScript.decode($0, for: batch) }) else {
            throw RedisError(.protocolViolation, TaskBrokerError.unexpectedReply(of: PublishScript.script).message)
        }
        return (reply, answer.shortfall)
    }

    private static func sleep(until deadline: ContinuousClock.Instant) async throws(TaskBrokerError) {
        do {
            try await Task.sleep(until: deadline)
        } catch {
            throw TaskBrokerError(.cancelled, "The task that waited to send a message was cancelled.")
        }
    }
}
