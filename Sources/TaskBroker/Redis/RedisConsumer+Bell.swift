import RedisClient
import Synchronization

extension RedisConsumer {
    /// The longest pause between a ring and the claim.
    private static let longestPause = Duration.milliseconds(8)
    /// What each further waiter adds to it.
    private static let pausePerWaiter = Duration.microseconds(500)

    func waitForWork(isIdle: @escaping @Sendable () -> Bool) async throws(TaskBrokerError) {
        var hasPaused = false
        while !Task.isCancelled {
            // An old ring was heard by the claim, or the look, that came before. Forgotten first: whoever changes the lists rings afterwards.
            self.bell.reset()
            let lists = self.state.withLock { $0.listsToHear() }
            var others = 0
            if !lists.isEmpty {
                let arming = try await self.ask { () throws(RedisError) in try await self.doorbell.arm(lists) }
                if arming.existing > 0 { return self.beginAnswer(to: hasPaused) }
                others = arming.listeners - 1
                if hasPaused { self.state.withLock { $0.precedence.noteVainLook() } }
            }
            await self.bell.wait()
            let goesFirst = others <= 0 || isIdle() && self.state.withLock { $0.precedence.goesFirst }
            if goesFirst { return self.beginAnswer(to: true) }
            await self.pause(others)
            hasPaused = true
        }
    }

    private func beginAnswer(to wasRing: Bool) {
        if wasRing { self.state.withLock { $0.precedence.beginAnswer() } }
    }

    /// Waits a little, so that not all waiters claim the same message.
    ///
    /// Redis tells all of them, and each that comes at once for nothing takes processor time from the one that does not. Who waits alone, or
    /// goes first (``RingPrecedence``), does not pause. Who has paused looks again before it claims, because a look costs the server a tenth
    /// of a claim.
    private func pause(_ others: Int) async {
        let longest = min(Self.longestPause, Self.pausePerWaiter * others)
        // Cancellation ends the pause, and the caller sees it.
        try? await Task.sleep(for: longest * Double.random(in: 0..<1))
    }
}
