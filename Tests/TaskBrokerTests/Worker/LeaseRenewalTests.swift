import Testing

@testable import TaskBroker

@Suite(.timeLimit(.minutes(4)))
struct LeaseRenewalTests {
    private static let lease = Duration.seconds(3)

    @Test func `A renewal that fails is tried again long before the next one is due`() async throws {
        let renewal = LeaseRenewal(claims: [.numbered("1"), .numbered("2")], lease: Self.lease)
        var attempts: [ContinuousClock.Instant] = []
        let event = await renewal.run { claims throws(TaskBrokerError) in
            attempts.append(.now)
            if attempts.count < 3 { throw TaskBrokerError(.brokerUnavailable, "gone") }
            return [claims[0]]
        } onFailure: { _ in
        }
        guard case .renewed(let claims, let lost, let sent) = try #require(event) else {
            Issue.record("renewed nothing")
            return
        }
        #expect(claims.map(\.id) == ["1", "2"])
        #expect(lost.map(\.id) == ["1"])
        // The worker may be sure of the lease from the attempt that succeeded, and from no earlier one.
        #expect(sent > attempts[1] && sent <= attempts[2])
    }

    @Test func `A renewal ends when the next one is due`() async {
        let renewal = LeaseRenewal(claims: [.numbered("1")], lease: Self.lease)
        var failures = 0
        let event = await renewal.run { _ throws(TaskBrokerError) in
            throw TaskBrokerError(.brokerUnavailable, "gone")
        } onFailure: { _ in
            failures += 1
        }
        #expect(event == nil)
        // A third of the lease holds four attempts a tenth apart; one that waits for the next renewal would be the only one.
        #expect((2...4).contains(failures))
    }
}
