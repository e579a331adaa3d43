import CeleryProtocol

extension FuzzCheck {
    /// JSON that was read is read again when it is written.
    static let json = FuzzCheck(
        "json",
        examples: [
            #"{"a": [1, -0.5e-7, true, null, "\u00e9\ud83d\ude00\u0000"], "b": NaN, "c": -Infinity, "d": 1e400}"#,
            "[123456789012345678901234567890, 9223372036854775807, -9223372036854775808, 9223372036854775808]",
            String(repeating: "[", count: 300), String(repeating: #"{"a":"#, count: 70),
        ]
    ) { bytes in
        guard let value = try? JSONValue(parsing: bytes) else { return false }
        let written = value.serialized()
        guard let again = try? JSONValue(parsing: written) else {
            throw BrokenRule(description: "what we write, we refuse")
        }
        // NaN is not equal to itself, and objects have no order: the same values have the same length.
        try BrokenRule.require(again.serialized().count == written.count, "a value changes when it is written")
        return true
    }

    /// A time that was read is written and read as itself, and no arithmetic with times traps.
    static let dates = FuzzCheck(
        "dates",
        examples: [
            "2026-11-21T02:15:55.254790+00:00", "2026-11-21", "20261121T021555,5Z", "2026-02-29T24:00:00-23:59",
            "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59.9999999999-23:59", "2026-11-21 02", "0000-00-00T99:99:99",
        ]
    ) { bytes in
        // The bytes as a number, too.
        let bits = bytes.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        var times = [Timestamp(microseconds: Int64(bitPattern: bits))]
        if let read = Timestamp(iso8601: String(decoding: bytes, as: UTF8.self)) { times.append(read) }
        for time in times {
            let text = time.iso8601
            guard let again = Timestamp(iso8601: text) else { throw BrokenRule(description: "we refuse \(text)") }
            try BrokenRule.require(again.iso8601 == text, "\(text) is read as \(again.iso8601)")
            try BrokenRule.require(
                text.hasPrefix("0001") || text.hasPrefix("9999") || again == time,
                "\(text) is not the same"
            )
            for seconds in [Int64.min, -1, Int64(bitPattern: bits), .max] {
                let later = time.adding(
                    Duration(secondsComponent: seconds, attosecondsComponent: 999_999_999_999_999_999)
                )
                _ = later.duration(since: time)
                _ = time.duration(since: later)
                _ = later.date
            }
        }
        return times.count > 1
    }
}
