/// When sending a message counts as done (`reliability.md` R12).
///
/// ```swift
/// try await pay.apply(order, options: .init(durability: .replicated(1)))
/// ```
///
/// Redis replicates asynchronously: what a primary has confirmed is lost if it dies before a replica has read it. The more is waited for, the
/// smaller that window; no setting closes it, because a failover may choose a replica that has less.
public enum PublishDurability: Hashable, Sendable {
    /// The message has been handed to the connection. It is lost with the connection, and nobody learns that Redis has refused it.
    ///
    /// Messages whose fate has to be known, under a unique key or for a bounded queue, are `acknowledged` all the same.
    case sent
    /// Redis has answered that it has the message; the default.
    case acknowledged
    /// So many replicas have it, too, within this time; otherwise sending throws ``TaskBrokerError/Code/publishUncertain``, although the
    /// message is in Redis and will be run. Such messages travel over a connection of their own, which is made when the first is sent.
    case replicated(Int, timeout: Duration = .seconds(1))
}

extension PublishDurability {
    /// What satisfies both.
    func combined(with other: Self) -> Self {
        switch (self, other) {
        case (.replicated(let count, let timeout), .replicated(let otherCount, let otherTimeout)):
            .replicated(max(count, otherCount), timeout: max(timeout, otherTimeout))
        case (.replicated, _), (.acknowledged, .sent): self
        case (_, .replicated), (.sent, _), (.acknowledged, _): other
        }
    }

    /// Refuses what cannot be waited for: Redis takes no time for "for ever".
    func validate() throws(TaskBrokerError) {
        guard case .replicated(let count, let timeout) = self else { return }
        guard count >= 1, timeout >= .milliseconds(1), timeout <= .seconds(3600) else {
            throw TaskBrokerError(
                .invalidConfiguration,
                "\(count) replicas within \(timeout) cannot be waited for: ask for 1 or more, within a millisecond to an hour."
            )
        }
    }
}
