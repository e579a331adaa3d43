import Testing

@testable import TaskBrokerCLI

struct TimeSpanTests {
    @Test(arguments: [
        ("10", Duration.seconds(10)),
        ("1.5", .milliseconds(1_500)),
        ("1.5s", .milliseconds(1_500)),
        ("250ms", .milliseconds(250)),
        ("5m", .seconds(300)),
        ("5min", .seconds(300)),
        ("2h", .seconds(7_200)),
        ("1d", .seconds(86_400)),
        ("1h30m", .seconds(5_400)),
        ("0", .zero),
    ])
    func `reads lengths of time`(text: String, expected: Duration) throws {
        #expect(try #require(TimeSpan(text)).duration == expected)
    }

    @Test(arguments: ["30s", "90s", "250ms", "1.5ms", "5m", "36h", "1d"])
    func `shows a default as one would write it`(text: String) throws {
        #expect(try #require(TimeSpan(text)).defaultValueDescription == text)
    }

    @Test(arguments: [
        "", "s", "-1", "1.2.3", "1h30", "5 m", "5M", "1e3", "inf", "nan", "∞", "٣", "1w", "10s10", "99999999999",
        "1d\n",
        String(repeating: "9", count: 400),
    ])
    func `refuses everything else`(text: String) {
        #expect(TimeSpan(text) == nil)
    }
}
