import Testing

@testable import TaskBroker

struct StandingClaimTests {
    @Test func `Nothing may be claimed unless the loop has offered it`() {
        let claim = StandingClaim()
        #expect(claim.take(at: .now) == nil)
        claim.offer(0)
        #expect(claim.take(at: .now) == nil)
        #expect(claim.withdraw() == nil)
    }

    @Test func `An offer is taken once, and the loop learns of it once`() {
        let claim = StandingClaim()
        claim.offer(3)
        #expect(claim.take(at: .now)?.count == 3)
        #expect(claim.take(at: .now) == nil)
        #expect(claim.withdraw()?.count == 3)
        #expect(claim.withdraw() == nil)
    }

    @Test func `What was withdrawn cannot be taken, until it is offered again`() {
        let claim = StandingClaim()
        claim.offer(3)
        #expect(claim.withdraw() == nil)
        #expect(claim.take(at: .now) == nil)
        claim.offer(2)
        #expect(claim.take(at: .now)?.count == 2)
    }
}
