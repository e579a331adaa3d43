import CeleryProtocol
import Foundation
import Testing

/// `JSONValue` and `Timestamp` in the hands of coders that are not ours.
struct ForeignCodingTests {
    @Test func `passes through Foundation's coders`() throws {
        let value: JSONValue = ["a": [1, 2.5, "x", nil, true, [:]], "b": .integer(.max)]
        let data = try JSONEncoder().encode(value)
        #expect(try JSONValue(parsing: [UInt8](data)) == value)
        #expect(try JSONDecoder().decode(JSONValue.self, from: data) == value)
    }

    @Test func `writes timestamps as text`() throws {
        let timestamp = try #require(Timestamp(iso8601: "2026-01-02T03:04:05Z"))
        let data = try JSONEncoder().encode([timestamp])
        #expect(String(decoding: data, as: UTF8.self) == #"["2026-01-02T03:04:05+00:00"]"#)
        #expect(try JSONDecoder().decode([Timestamp].self, from: data) == [timestamp])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Timestamp].self, from: Data(#"["x"]"#.utf8)) }
    }
}
