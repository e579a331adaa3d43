import CeleryProtocol
import Testing

@testable import TaskBrokerCLI

struct MomentTests {
    @Test(arguments: [
        ("2026-11-21T05:00:00Z", "2026-11-21T05:00:00+00:00"),
        ("2026-11-21T05:00:00+01:00", "2026-11-21T04:00:00+00:00"),
        ("2026-11-21T05:00:00", "2026-11-21T05:00:00+00:00"),
        ("2026-11-21 05:00:00.25", "2026-11-21T05:00:00.250000+00:00"),
    ])
    func `reads ISO 8601, as UTC without an offset`(text: String, expected: String) throws {
        #expect(try #require(Moment(argument: text)).timestamp.iso8601 == expected)
    }

    @Test(arguments: ["", "tomorrow", "5m", "2026-13-01T00:00:00", "21.11.2026"])
    func `refuses everything else`(text: String) {
        #expect(Moment(argument: text) == nil)
    }

    @Test func `a deadline is a length or a point in time, and never in the past`() throws {
        let now = try #require(Timestamp(iso8601: "2026-11-21T05:00:00Z"))
        #expect(Deadline(argument: "5m")?.duration(from: now) == .seconds(300))
        #expect(Deadline(argument: "2026-11-21T05:01:00Z")?.duration(from: now) == .seconds(60))
        #expect(Deadline(argument: "2026-11-21T04:00:00Z")?.duration(from: now) == .zero)
        #expect(Deadline(argument: "soon") == nil)
    }
}
