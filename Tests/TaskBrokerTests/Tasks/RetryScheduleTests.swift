import CeleryProtocol
import Testing

@testable import TaskBroker

struct RetryScheduleTests {
    @Test(arguments: [
        (RetrySchedule.fixed(.seconds(7)), 0, 7.0),
        (.fixed(.seconds(7)), 5, 7),
        (.fixed(.seconds(3600)), 0, 3600),
        (.exponentialBackoff(isJittered: false), 0, 1),
        (.exponentialBackoff(isJittered: false), 1, 2),
        (.exponentialBackoff(isJittered: false), 9, 512),
        (.exponentialBackoff(isJittered: false), 10, 600),
        (.exponentialBackoff(isJittered: false), .max, 600),
        (.exponentialBackoff(isJittered: false), -1, 1),
        (.exponentialBackoff(base: .seconds(3), maximum: .seconds(20), isJittered: false), 2, 12),
        (.exponentialBackoff(base: .seconds(3), maximum: .seconds(20), isJittered: false), 3, 20),
        (RetrySchedule(maxRetries: nil, base: .seconds(1), factor: 0.5), 4, 1),
    ])
    func `delays`(schedule: RetrySchedule, retries: Int, seconds: Double) {
        #expect(schedule.delay(afterRetries: retries, random: 0.5) == .seconds(seconds))
    }

    @Test(arguments: [0, 0.25, 1])
    func `Jitter draws from zero to the whole delay`(random: Double) {
        let schedule = RetrySchedule.exponentialBackoff()
        #expect(schedule.delay(afterRetries: 3, random: random) == .seconds(8 * random))
    }

    @Test(arguments: [
        (3, 2, true), (3, 3, false), (3, 4, false), (0, 0, false), (-1, 0, false), (nil, 1_000_000, true),
    ])
    func `limits`(maxRetries: Int?, retries: Int, expected: Bool) {
        let schedule = RetrySchedule.fixed(.seconds(1), maxRetries: maxRetries)
        #expect(schedule.permits(.zero, afterRetries: retries, age: .seconds(1e9)) == expected)
    }

    @Test(arguments: [(50.0, true), (60, true), (60.001, false), (1e12, false), (-5, true)])
    func `A budget includes the pause before the next attempt`(age: Double, expected: Bool) {
        let schedule = RetrySchedule(maxRetries: nil, base: .seconds(40), budget: .seconds(100))
        #expect(schedule.permits(.seconds(40), afterRetries: 0, age: .seconds(age)) == expected)
    }

    @Test func `A schedule survives the way through a header`() {
        let schedule = RetrySchedule(
            maxRetries: 7,
            base: .milliseconds(1500),
            factor: 3,
            maximum: .seconds(99),
            isJittered: true,
            budget: .seconds(1000)
        )
        #expect(RetrySchedule(headers: [RetrySchedule.headerName: schedule.headerValue]) == schedule)
    }

    @Test(
        arguments: [
            nil, .null, 3, "often", [1, 2], [:], ["base": "1", "factor": 1, "maximum": 1, "isJittered": true],
        ] as [JSONValue?]
    )
    func `A header that makes no sense is none`(value: JSONValue?) {
        var headers: [String: JSONValue] = ["other": 1]
        headers[RetrySchedule.headerName] = value
        #expect(RetrySchedule(headers: headers) == nil)
    }

    @Test(
        arguments: [
            ["base": .double(.nan), "factor": 2, "maximum": 600, "isJittered": true],
            [
                "base": .double(.infinity), "factor": .double(.infinity), "maximum": .double(.infinity),
                "isJittered": false,
            ],
            ["base": 0, "factor": .double(.infinity), "maximum": .double(.nan), "isJittered": false],
            ["base": -1e300, "factor": 1e300, "maximum": -1, "isJittered": true, "budget": .double(.nan)],
            ["base": 1, "factor": .double(.nan), "maximum": 1e300, "isJittered": false, "maxRetries": .integer(.min)],
        ] as [JSONValue]
    )
    func `Hostile numbers neither trap nor last`(value: JSONValue) throws {
        let schedule = try #require(RetrySchedule(headers: [RetrySchedule.headerName: value]))
        let century = Duration.seconds(3_155_760_000)
        for retries in [Int.min, -1, 0, 1, 64, .max] {
            let delay = schedule.delay(afterRetries: retries, random: 1)
            #expect(delay >= .zero - century)
            #expect(delay <= century)
            _ = schedule.permits(delay, afterRetries: retries, age: century)
        }
    }
}
