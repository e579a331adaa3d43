import Testing

@testable import TaskBroker

struct LeasesTests {
    private let start = ContinuousClock.now

    @Test func `A lease is trusted for nine tenths of its length from the moment it was asked for`() {
        var leases = Leases(duration: .seconds(30))
        leases.take(.numbered("1"), at: self.start)
        #expect(leases.removeExpired(at: self.start + .milliseconds(26_999)) == [])
        #expect(leases.removeExpired(at: self.start + .seconds(27)) == [.numbered("1")])
        #expect(leases.held == [])
    }

    @Test func `A renewal counts from when it was sent, and revives nothing that has ended`() {
        var leases = Leases(duration: .seconds(10))
        leases.take(.numbered("1"), at: self.start)
        leases.take(.numbered("2"), at: self.start)
        leases.end(.numbered("2"))
        leases.renew([.numbered("1"), .numbered("2"), .numbered("3")], at: self.start + .seconds(6))
        #expect(leases.held == [.numbered("1")])
        #expect(leases.removeExpired(at: self.start + .milliseconds(14_999)) == [])
        #expect(leases.removeExpired(at: self.start + .seconds(15)) == [.numbered("1")])
    }

    @Test func `An answer that comes late shortens no lease`() {
        var leases = Leases(duration: .seconds(10))
        leases.take(.numbered("1"), at: self.start)
        leases.renew([.numbered("1")], at: self.start + .seconds(6))
        leases.renew([.numbered("1")], at: self.start + .seconds(3))
        #expect(leases.removeExpired(at: self.start + .milliseconds(14_999)) == [])
        #expect(leases.removeExpired(at: self.start + .seconds(15)) == [.numbered("1")])
    }

    @Test func `Only what has run out is taken out`() {
        var leases = Leases(duration: .seconds(10))
        leases.take(.numbered("1"), at: self.start)
        leases.take(.numbered("2"), at: self.start + .seconds(1))
        #expect(leases.removeExpired(at: self.start + .seconds(9)) == [.numbered("1")])
        #expect(leases.held == [.numbered("2")])
    }
}
