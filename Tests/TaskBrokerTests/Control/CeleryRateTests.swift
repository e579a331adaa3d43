import CeleryProtocol
import Testing

@testable import TaskBroker

/// Rates as operators write them.
struct CeleryRateTests {
    static let rates: [(JSONValue, Double?, String?)] = [
        ("10/s", 10, "10/s"), ("120/m", 2, "120/m"), ("3600/h", 1, "3600/h"), ("5", 5, "5"), ("5/", 5, "5/"),
        (" 2.5 /s", 2.5, " 2.5 /s"), (4, 4, "4"), (0.5, 0.5, "0.5"), ("0", nil, "0"), ("0/m", nil, "0/m"),
        (0, nil, nil),
        (0.0, nil, nil), (nil, nil, nil), ("", nil, nil), (false, nil, nil),
    ]

    @Test(arguments: Self.rates)
    func `reads what Celery reads`(json: JSONValue, perSecond: Double?, text: String?) throws {
        let rate = try CeleryRate(json)
        #expect(rate.perSecond == perSecond)
        #expect(rate.text == text)
    }

    static let refused: [JSONValue] = [
        "many", "/s", "-1/s", "nan", "inf/m", "1/d", "1/S", "1e300", -1, .double(.nan), .double(.infinity), true, [],
        [:],
        .bigInteger("100000000000000000000"),
    ]

    @Test(arguments: Self.refused)
    func `refuses what is no rate`(json: JSONValue) {
        #expect(throws: CeleryRate.Invalid.self) { try CeleryRate(json) }
    }
}
