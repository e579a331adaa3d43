import Testing

@testable import TaskBroker

struct RateLimitTests {
    @Test(
        arguments: [
            ("10/s", 10.0), ("100/m", 100.0 / 60), ("5/h", 5.0 / 3600), ("2", 2), ("0.5/s", 0.5), ("10/", 10),
            (" 10 /s", 10),
            ("1e3/m", 1000.0 / 60),
        ] as [(String, Double)]
    )
    func `Celery's rates are read`(text: String, perSecond: Double) throws {
        let limit = try RateLimit(parsing: text)
        #expect(limit.perSecond == perSecond)
        #expect(limit.description == text)
        #expect(!limit.isUnlimited)
    }

    @Test(arguments: ["0", "0/m", "", "0.0/h"])
    func `nothing is no limit`(text: String) throws {
        let limit = try RateLimit(parsing: text)
        #expect(limit == .unlimited)
        #expect(limit.isUnlimited)
        #expect(limit.interval == .zero)
    }

    @Test(
        arguments: [
            ("ten/s", RateLimitError.Code.notANumber), ("/s", .notANumber), ("10 per s", .notANumber),
            ("10/d", .unknownUnit),
            ("10/s/m", .unknownUnit), ("-1/s", .outOfRange), ("inf/s", .outOfRange), ("nan", .outOfRange),
            ("2e9", .outOfRange),
        ] as [(String, RateLimitError.Code)]
    )
    func `what is no rate is refused, with the reason`(text: String, code: RateLimitError.Code) throws {
        let error = try #require(throws: RateLimitError.self) { try RateLimit(parsing: text) }
        #expect(error.code == code)
    }

    @Test func `rates can be made and are written as Celery writes them`() {
        #expect(RateLimit.perSecond(10).description == "10/s")
        #expect(RateLimit.perMinute(100).description == "100/m")
        #expect(RateLimit.perHour(0.5).description == "0.5/h")
        #expect(RateLimit.perMinute(30).interval == .seconds(2))
        #expect(RateLimit.perSecond(4).interval == .milliseconds(250))
        #expect(RateLimit(perSecond: nil, writtenAs: nil) == .unlimited)
        #expect(RateLimit(perSecond: 0.5, writtenAs: "30/m").description == "30/m")
    }

    @Test(arguments: [Double.nan, 0, -5, .infinity, 1e300])
    func `numbers out of range make a limit all the same, not a trap`(count: Double) {
        let interval = RateLimit.perSecond(count).interval
        #expect(interval >= .microseconds(1))
    }
}
