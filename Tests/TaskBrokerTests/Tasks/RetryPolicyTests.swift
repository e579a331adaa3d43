import Testing

@testable import TaskBroker

struct RetryPolicyTests {
    private struct NotFound: Error {}
    private struct RateLimited: Error {}
    private struct Broken: Error { var isTemporary = true }

    private func delay(_ policy: RetryPolicy, _ error: any Error, override: RetrySchedule? = nil) -> Duration? {
        policy.schedule(for: error, override: override)?.delay(afterRetries: 0, random: 1)
    }

    @Test func `A policy without rules retries everything, and never nothing`() {
        #expect(self.delay(.fixed(.seconds(5)), Broken()) == .seconds(5))
        #expect(self.delay(.never, Broken()) == nil)
        #expect(RetryPolicy.fixed(.seconds(5)).schedule?.maxRetries == 3)
    }

    @Test func `Rules are asked in the order in which they were added`() {
        let policy = RetryPolicy.fixed(.seconds(1))
            .except(NotFound.self)
            .on(RateLimited.self, .fixed(.seconds(30)))
            .on(NotFound.self, .fixed(.seconds(99)))
        #expect(self.delay(policy, NotFound()) == nil)
        #expect(self.delay(policy, RateLimited()) == .seconds(30))
        #expect(self.delay(policy, Broken()) == .seconds(1))
    }

    @Test func `only and when leave out everything else`() {
        #expect(self.delay(.fixed(.seconds(1)).only(Broken.self), NotFound()) == nil)
        #expect(self.delay(.fixed(.seconds(1)).only(Broken.self), Broken()) == .seconds(1))
        let policy = RetryPolicy.fixed(.seconds(1)).when { ($0 as? Broken)?.isTemporary == true }
        #expect(self.delay(policy, Broken()) == .seconds(1))
        #expect(self.delay(policy, Broken(isTemporary: false)) == nil)
    }

    @Test func `The schedule of a call stands in for the policy's own, not for its rules`() {
        let policy = RetryPolicy.never.except(NotFound.self).on(RateLimited.self, .fixed(.seconds(30)))
        let override = RetrySchedule.fixed(.seconds(2))
        #expect(self.delay(policy, Broken(), override: override) == .seconds(2))
        #expect(self.delay(policy, NotFound(), override: override) == nil)
        #expect(self.delay(policy, RateLimited(), override: override) == .seconds(30))
    }

    @Test func `A budget holds for every schedule of the policy, and of the call`() {
        let policy = RetryPolicy.fixed(.seconds(1)).on(RateLimited.self, .fixed(.seconds(30), maxRetries: nil))
            .within(.seconds(60))
        #expect(policy.schedule(for: Broken(), override: nil)?.budget == 60)
        #expect(policy.schedule(for: RateLimited(), override: nil)?.budget == 60)
        #expect(policy.schedule(for: Broken(), override: .fixed(.seconds(2)))?.budget == 60)
        #expect(policy.ownSchedule(override: nil)?.budget == 60)
        #expect(RetryPolicy.never.within(.seconds(60)).schedule(for: Broken(), override: nil) == nil)
    }
}
