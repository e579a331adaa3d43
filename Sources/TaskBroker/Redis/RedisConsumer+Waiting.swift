import RedisClient
import Synchronization

extension RedisConsumer {
    /// The longest pause between a ring and the claim.
    private static let longestPause = Duration.milliseconds(4)
    /// What each further waiter adds to it.
    private static let pausePerWaiter = Duration.microseconds(50)

    func waitForWork() async throws(TaskBrokerError) {
        while !Task.isCancelled {
            let lists = self.state.withLock { $0.open.map(\.list) }
            // An old ring was heard by the claim, or the look, that came before.
            self.bell.reset()
            var others = 0
            if !lists.isEmpty {
                let arming = try await self.ask { () throws(RedisError) in try await self.doorbell.arm(lists) }
                if arming.existing > 0 { return }
                others = arming.listeners - 1
            }
            await self.bell.wait()
            if others <= 0 { return }
            await self.pause(others)
        }
    }

    /// Waits a little, so that not all waiters claim the same message.
    ///
    /// Redis tells them one after the other in the order of their connections: without the pause the oldest always wins, and all
    /// others come for nothing. Who waits alone does not pause. Who has paused looks again before it claims, because a look costs
    /// the server a tenth of a claim.
    private func pause(_ others: Int) async {
        let longest = min(Self.longestPause, Self.pausePerWaiter * others)
        // Cancellation ends the pause, and the caller sees it.
        try? await Task.sleep(for: longest * Double.random(in: 0..<1))
    }
}
