import CeleryProtocol
import FoundationEssentials
import Testing

struct TimestampTests {
    /// The microseconds of 2026-11-21T02:15:55Z.
    static let base: Int64 = 1_795_227_355_000_000

    static let readable: [(String, Int64)] = [
        ("2026-11-21T02:15:55Z", base),
        ("2026-11-21T02:15:55+00:00", base),
        ("2026-11-21T02:15:55.254790+00:00", base + 254_790),
        ("2026-11-21T02:15:55.123Z", base + 123_000),
        ("2026-11-21T02:15:55,5Z", base + 500_000),
        ("2026-11-21T02:15:55.1234569Z", base + 123_456),
        ("2026-11-21T02:15:55.123456789012345678901234567890Z", base + 123_456),
        ("2026-11-21T02:15:55+0000", base),
        ("2026-11-21T04:15:55+02:00", base),
        ("2026-11-21T04:15:55+02", base),
        ("2026-11-20T20:45:55-0530", base),
        ("2026-11-21T02:15:55-00:00", base),
        ("2026-11-21 02:15:55", base),
        ("2026-11-21T02:15:55", base),
        ("20261121T021555Z", base),
        ("20261121T021555.25+0000", base + 250_000),
        ("2026-11-21T02:15Z", base - 55_000_000),
        ("2026-11-21T0215", base - 55_000_000),
        ("2026-11-21T02", base - 955_000_000),
        ("2026-11-21", base - 8_155_000_000),
        ("20261121", base - 8_155_000_000),
        ("2026-11-20T24:00:00Z", base - 8_155_000_000),
        ("2026-11-20T24:00", base - 8_155_000_000),
        ("1970-01-01T00:00:00Z", 0),
        ("1969-12-31T23:59:59.999999Z", -1),
        ("2024-02-29T00:00:00Z", 1_709_164_800_000_000),
        ("2000-02-29", 951_782_400_000_000),
        ("0001-01-01T00:00:00Z", -62_135_596_800_000_000),
        ("0001-01-01T00:00:00+23:59", -62_135_683_140_000_000),
        ("9999-12-31T23:59:59.999999Z", 253_402_300_799_999_999),
        ("9999-12-31T24:00:00-23:59", 253_402_387_140_000_000),
    ]

    @Test(arguments: TimestampTests.readable)
    func `reads what Celery reads`(text: String, microseconds: Int64) {
        #expect(Timestamp(iso8601: text)?.microseconds == microseconds)
    }

    @Test(arguments: [
        "", " ", "T", "garbage", "2026", "2026-11", "2026-1-1", "26-11-21", "2026-00-01", "2026-13-01", "2026-11-00",
        "2026-11-31", "2023-02-29", "1900-02-29", "0000-01-01", "-2026-11-21", "+2026-11-21", "12026-11-21",
        "2026-11-21T", "2026-11-21T2", "2026-11-21T25:00", "2026-11-21T24:01", "2026-11-21T24:00:00.1",
        "2026-11-21T02:60", "2026-11-21T02:15:60", "2026-11-21T02:15:61", "2026-11-21T02:15:", "2026-11-21T02:15:5",
        "2026-11-21T02:15:55.", "2026-11-21T02:15:55.Z", "2026-11-21T02:15:55+", "2026-11-21T02:15:55+2",
        "2026-11-21T02:15:55+24:00", "2026-11-21T02:15:55+02:60", "2026-11-21T02:15:55+02:0", "2026-11-21T02:15:55ZZ",
        "2026-11-21T02:15:55Z ", " 2026-11-21", "2026-11-21T02:15:55 +00:00", "2026-11-21\u{0}02:15:55",
        "２０２６-11-21", "2026-11-21T02:15:55.١Z", "1795227355", "99999999999999999999999999999999",
        String(repeating: "9", count: 100_000),
    ])
    func `refuses everything else`(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    static let written: [(Int64, String)] = [
        (base + 254_790, "2026-11-21T02:15:55.254790+00:00"),
        (base, "2026-11-21T02:15:55+00:00"),
        (base + 1, "2026-11-21T02:15:55.000001+00:00"),
        (0, "1970-01-01T00:00:00+00:00"),
        (-1, "1969-12-31T23:59:59.999999+00:00"),
        (.max, "9999-12-31T23:59:59.999999+00:00"),
        (.min, "0001-01-01T00:00:00+00:00"),
    ]

    @Test(arguments: TimestampTests.written)
    func `writes what Python's isoformat writes`(microseconds: Int64, text: String) {
        #expect(Timestamp(microseconds: microseconds).iso8601 == text)
    }

    @Test func `reads back every day it wrote`() {
        let day: Int64 = 86_400_000_000
        for microseconds in stride(from: -719_162 * day, to: 2_932_896 * day, by: 61 * 86_400_000_007) {
            let timestamp = Timestamp(microseconds: microseconds)
            #expect(Timestamp(iso8601: timestamp.iso8601) == timestamp)
        }
    }

    @Test func `never traps on mutated text`() {
        var generator = SplitMix64(seed: 2)
        let seeds = Self.readable.map { Array($0.0.utf8) }
        for _ in 0..<50_000 {
            var text = seeds[Int.random(in: 0..<seeds.count, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<text.count, using: &generator)
                text[index] = Bool.random(using: &generator) ? UInt8.random(in: 0...255, using: &generator) : text[0]
            }
            let timestamp = Timestamp(iso8601: String(decoding: text, as: UTF8.self))
            #expect(timestamp.map { $0.microseconds > -62_200_000_000_000_000 } ?? true)
        }
    }

    static let sums: [(Int64, Duration, Int64)] = [
        (0, .seconds(1), 1_000_000), (0, .milliseconds(-1), -1000), (0, .microseconds(1), 1),
        (5, .nanoseconds(1999), 6),
        (.max, .seconds(1), .max), (.min, .seconds(-1), .min), (0, .seconds(Int64.max), .max),
        (0, .seconds(Int64.min), .min), (.max, .seconds(-1), .max - 1_000_000),
    ]

    @Test(arguments: TimestampTests.sums)
    func `adds durations without overflow`(start: Int64, duration: Duration, end: Int64) {
        #expect(Timestamp(microseconds: start).adding(duration).microseconds == end)
    }

    @Test func `measures the time between two points`() {
        #expect(Timestamp(microseconds: 5).duration(since: Timestamp(microseconds: 2)) == .microseconds(3))
        #expect(Timestamp(microseconds: .max).duration(since: Timestamp(microseconds: -1)) == .microseconds(Int64.max))
        #expect(Timestamp(microseconds: .min).duration(since: Timestamp(microseconds: 1)) == .microseconds(Int64.min))
        #expect(Timestamp(microseconds: 1) < Timestamp(microseconds: 2))
    }

    @Test func `converts from and to dates`() {
        let date = Date(timeIntervalSince1970: 1_795_227_355.25)
        #expect(Timestamp(date).microseconds == Self.base + 250_000)
        #expect(Timestamp(date).date == date)
        #expect(Timestamp(Date(timeIntervalSince1970: 1e300)).microseconds == .max)
        #expect(Timestamp(Date(timeIntervalSince1970: -1e300)).microseconds == .min)
        #expect(Timestamp(Date(timeIntervalSince1970: .nan)).microseconds == .max)
        #expect(abs(Timestamp.now().date.timeIntervalSinceNow) < 5)
    }
}
