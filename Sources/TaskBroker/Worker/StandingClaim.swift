import Synchronization

/// A claim that the loop has decided on in advance, for whoever hears the bell while the loop sleeps.
///
/// Between the ring and the claim of a lone task stood a message to the loop, a turn of it, and a new child: 33,000 instructions, of
/// which nothing is in a cache then. What a ring calls for is known before it rings, so the loop leaves it here while it waits and takes
/// it back when it wakes. It learns then whether the claim was made.
final class StandingClaim: Sendable {
    private struct State {
        /// How many messages may be asked for; 0: the ring is for the loop to think about.
        var count = 0
        /// The claim that was made since the offer.
        var taken: WorkerState.Turn?
    }

    private let state = Mutex(State())
}

extension StandingClaim {
    /// For the loop, before it waits: lets one claim of `count` messages be made.
    func offer(_ count: Int) {
        self.state.withLock { $0.count = count }
    }

    /// For the loop, before it decides anything else: no claim is made from now on; returns the one that was.
    func withdraw() -> WorkerState.Turn? {
        self.state.withLock { state in
            state.count = 0
            return state.taken.take()
        }
    }

    /// For whoever has heard the bell: the claim to make, at once, unless that is for the loop to decide.
    func take(at now: ContinuousClock.Instant) -> WorkerState.Turn? {
        self.state.withLock { state in
            guard state.count > 0 else { return nil }
            let turn = WorkerState.Turn(settlements: [], count: state.count, sent: now)
            (state.count, state.taken) = (0, turn)
            return turn
        }
    }
}
