import RedisClient
import Synchronization

extension RedisConsumer {
    /// The longest pause between a ring and the claim.
    private static let longestPause = Duration.milliseconds(4)
    /// What each further waiter adds to it.
    private static let pausePerWaiter = Duration.microseconds(50)

    func waitForWork() async throws(TaskBrokerError) {
        let lists = self.state.withLock { $0.open.map(\.list) }
        // An old ring was heard by the claim that came before this call.
        self.bell.reset()
        if !lists.isEmpty {
            let waiting = try await self.ask { () throws(RedisError) in try await self.doorbell.arm(lists) }
            if waiting > 0 { return }
        }
        await self.bell.wait()
        await self.pause()
    }

    /// Waits a little, so that not all waiters claim the same message.
    ///
    /// Redis tells them one after the other in the order of their connections: without the pause the oldest always wins, and all
    /// others come for nothing. Who waits alone does not pause.
    private func pause() async {
        let others = (try? await self.doorbell.waiters()).map { $0 - 1 } ?? 0
        guard others > 0, !Task.isCancelled else { return }
        let longest = min(Self.longestPause, Self.pausePerWaiter * others)
        // Cancellation ends the pause, and the caller sees it.
        try? await Task.sleep(for: longest * Double.random(in: 0..<1))
    }
}
