import CeleryProtocol
import Testing

@testable import TaskBroker

struct AdmissionTests {
    private static let now = Timestamp(microseconds: 1_000_000_000)

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var eta: Duration?
        var expires: Duration?
        var isKnown = true
        var isRevoked = false
        var redeliveries = 0
        var parkings = 0
        var expected: Admission

        var testDescription: String { self.name }
    }

    @Test(arguments: [
        Case(name: "nothing special", expected: .run),
        Case(name: "early", eta: .seconds(5), expected: .delay(until: now.adding(.seconds(5)))),
        Case(name: "due just now", eta: .zero, expected: .run),
        Case(name: "due before", eta: .seconds(-5), expected: .run),
        Case(name: "expires later", expires: .microseconds(1), expected: .run),
        Case(name: "expires just now", expires: .zero, expected: .expired),
        Case(name: "expired", expires: .seconds(-1), expected: .expired),
        Case(name: "early and expired", eta: .seconds(5), expires: .seconds(-1), expected: .expired),
        Case(
            name: "early, and will be expired when it is due",
            eta: .seconds(5),
            expires: .seconds(1),
            expected: .delay(until: now.adding(.seconds(5)))
        ),
        Case(name: "revoked", isRevoked: true, expected: .revoked),
        Case(name: "revoked and expired: Celery tells the latter", expires: .zero, isRevoked: true, expected: .expired),
        Case(name: "revoked before its time", eta: .seconds(5), isRevoked: true, expected: .revoked),
        Case(name: "revoked and unknown", isKnown: false, isRevoked: true, expected: .revoked),
        Case(name: "unknown", isKnown: false, expected: .park(until: now.adding(.seconds(10)))),
        Case(name: "unknown again", isKnown: false, parkings: 4, expected: .park(until: now.adding(.seconds(320)))),
        Case(name: "unknown for too long", isKnown: false, parkings: 5, expected: .notRegistered),
        Case(
            name: "unknown, a counter out of range",
            isKnown: false,
            parkings: -3,
            expected: .park(until: now.adding(.seconds(10)))
        ),
        Case(
            name: "unknown and early",
            eta: .seconds(5),
            isKnown: false,
            parkings: 5,
            expected: .delay(until: now.adding(.seconds(5)))
        ),
        Case(name: "unknown and expired", expires: .zero, isKnown: false, expected: .expired),
        Case(name: "redelivered, but not too often", redeliveries: 2, expected: .run),
        Case(name: "redelivered too often", redeliveries: 3, expected: .tooManyDeliveries),
        Case(
            name: "poison before anything else",
            expires: .zero,
            isKnown: false,
            redeliveries: 9,
            expected: .tooManyDeliveries
        ),
    ])
    func `decides`(_ test: Case) {
        let headers = TaskHeaders(
            task: "tasks.add",
            id: "1",
            eta: test.eta.map(Self.now.adding),
            expires: test.expires.map(Self.now.adding)
        )
        let admission = Admission(
            headers,
            isKnown: test.isKnown,
            isRevoked: test.isRevoked,
            redeliveries: test.redeliveries,
            parkings: test.parkings,
            maxDeliveries: 3,
            now: Self.now
        )
        #expect(admission == test.expected)
    }

    @Test func `A task that nobody knows waits for ten minutes in all`() {
        #expect(Admission.parkingDelays.reduce(.zero, +) == .seconds(600))
    }
}
