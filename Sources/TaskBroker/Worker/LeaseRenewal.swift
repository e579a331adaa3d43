/// One renewal of the leases that a worker holds, tried until it succeeds or the next one is due.
///
/// A lease outlasts two renewals that fail, and no third: that would be sent in the moment at which the lease ends. So a failed
/// one must not wait for the next, or two short interruptions ten seconds apart, neither of them a gap that the grace rule sees,
/// would cost live work its lease (`Verification/grace.pml`, `docs/decisions/0010`).
struct LeaseRenewal: Sendable {
    let claims: [Claim]
    let lease: Duration

    /// How long after one renewal the next is due.
    var interval: Duration { self.lease / 3 }
    /// How long after a failure the next attempt is made.
    var pause: Duration { min(.seconds(1), self.lease / 10) }
}

extension LeaseRenewal {
    /// Renews; `nil` if every attempt has failed.
    ///
    /// If the last has failed because the broker serves nobody, that is an answer, too: nobody can take the leases away
    /// (`docs/decisions/0007-staying-up.md`).
    func run(
        _ renew: ([Claim]) async throws(TaskBrokerError) -> [Claim],
        onFailure: (TaskBrokerError) -> Void
    ) async -> WorkerState.Event? {
        let next = ContinuousClock.now + self.interval
        var standstill: ContinuousClock.Instant?
        while !Task.isCancelled {
            let sent = ContinuousClock.now
            do throws(TaskBrokerError) {
                return .renewed(self.claims, lost: try await renew(self.claims), sent: sent)
            } catch {
                onFailure(error)
                standstill = error.concernsEverybody ? .now : nil
            }
            guard ContinuousClock.now + self.pause < next else { break }
            try? await Task.sleep(for: self.pause)
        }
        return standstill.map { .stoodStill(self.claims, sent: $0) }
    }
}
