import CeleryProtocol
import FoundationEssentials
import TaskBroker
import Testing

extension CeleryInterop {
    /// Not before, and not after: countdown, ETA and expiry.
    struct TimingTests {
        /// The clocks are one machine's; what is allowed for is that one side rounds to milliseconds.
        private static let tolerance = 0.002

        @Test(arguments: Direction.allCases)
        func `A countdown holds a task back`(_ direction: Direction) async throws {
            let sent = Date().timeIntervalSince1970
            let outcome = try await Fleet.require().run(Call("interop.now").with { $0.countdown = 1 }, direction)
            #expect(try #require(outcome.value.doubleValue) >= sent + 1 - Self.tolerance)
        }

        @Test(arguments: Direction.allCases, [1.25, 0, -3600])
        func `An ETA holds a task back, unless it is over`(_ direction: Direction, _ offset: Double) async throws {
            let eta = (Date().timeIntervalSince1970 + offset).rounded(.down) + 0.25
            let outcome = try await Fleet.require().run(Call("interop.now").with { $0.eta = eta }, direction)
            #expect(outcome.state == .success)
            #expect(try #require(outcome.value.doubleValue) >= eta - Self.tolerance)
        }

        @Test(arguments: Direction.allCases)
        func `A task that has not expired runs`(_ direction: Direction) async throws {
            let outcome = try await Fleet.require().run(
                Call("interop.add", [1, 2]).with { $0.expires = 60 },
                direction
            )
            #expect(outcome.state == .success)
            #expect(outcome.value == 3)
        }

        @Test(arguments: Direction.allCases, [(expires: -5.0, countdown: Double?.none), (0.2, 0.7)])
        func `A task that has expired is revoked`(
            _ direction: Direction,
            _ times: (expires: Double, countdown: Double?)
        ) async throws {
            let call = Call("interop.add", [1, 2]).with {
                $0.expires = times.expires
                $0.countdown = times.countdown
            }
            let fleet = try Fleet.require()
            let outcome = try await fleet.run(call, direction)
            #expect(outcome.state == .revoked)
            #expect(
                outcome.exception
                    == ExceptionDocument(type: "TaskRevokedError", message: ["expired"], module: "celery.exceptions")
            )
            #expect(outcome.catchableAs.contains("TaskRevokedError"))
        }

        @Test(arguments: Direction.allCases)
        func `Time limits travel with the message`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let soft = try await fleet.run(Call("interop.slow", [60]).with { $0.softTimeLimit = 0.5 }, direction)
            #expect(soft.exception?.type == "SoftTimeLimitExceeded")
            #expect(soft.pythonModule == "billiard.exceptions")
            let hard = try await fleet.run(Call("interop.slow", [60]).with { $0.timeLimit = 1 }, direction)
            #expect(
                hard.exception
                    == ExceptionDocument(type: "TimeLimitExceeded", message: [1], module: "billiard.exceptions")
            )
        }
    }
}
