import CeleryProtocol
import FoundationEssentials
import Testing

struct CodingTests {
    struct Resize: Codable, Equatable {
        enum Mode: String, Codable {
            case fit
            case fill
        }

        var source: String
        var width: Int
        var quality: Double?
        var mode: Mode = .fit
        var tags: [String: [Int?]] = [:]
        var next: [Resize] = []
    }

    static let resize = Resize(
        source: "a.png",
        width: 3,
        mode: .fill,
        tags: ["x": [1, nil]],
        next: [Resize(source: "b.png", width: -1, quality: 2)]
    )

    static let resizeJSON: JSONValue = [
        "source": "a.png", "width": 3, "mode": "fill", "tags": ["x": [1, nil]],
        "next": [["source": "b.png", "width": -1, "quality": 2.0, "mode": "fit", "tags": [:], "next": []]],
    ]

    @Test func `codes users' types`() throws {
        #expect(try JSONValue(encoding: Self.resize) == Self.resizeJSON)
        #expect(try Self.resizeJSON.decode() == Self.resize)
        #expect(try JSONValue(encoding: [nil, Optional(Self.resize)]) == [nil, Self.resizeJSON])
        #expect(try JSONValue.null.decode(Resize?.self) == nil)
    }

    @Test func `codes plain values`() throws {
        func check<Value: Codable & Equatable>(_ value: Value, _ json: JSONValue) throws {
            #expect(try JSONValue(encoding: value) == json)
            #expect(try json.decode(Value.self) == value)
            #expect(try JSONValue(encoding: ["key": [value]]) == ["key": [json]])
            #expect(try JSONValue.object(["key": [json]]).decode([String: [Value]].self) == ["key": [value]])
        }
        try check(3, 3)
        try check("text", "text")
        try check(2.5, 2.5)
        try check(true, true)
        try check(Float(0.1), 0.1)
        try check(Int8.min, -128)
        try check(Int16.max, 32767)
        try check(Int32.min, -2_147_483_648)
        try check(Int64.max, .integer(.max))
        try check(UInt8.max, 255)
        try check(UInt16.max, 65535)
        try check(UInt32.max, 4_294_967_295)
        try check(UInt64.max, .bigInteger("18446744073709551615"))
        try check(UInt.max, .bigInteger("18446744073709551615"))
        try check([1, 2], [1, 2])
        try check(["a"], ["a"])
        try check([0.5], [0.5])
        try check([true], [true])
        try check(Optional(5), 5)
        try check([1: "a"], ["1": "a"])
        try check(Set([7]), [7])
        try check(JSONValue.object(["any": [1, 1.0, nil]]), ["any": [1, 1.0, nil]])
        try check([JSONValue.null, 1], [nil, 1])
        try check(["a": JSONValue.bigInteger("99999999999999999999")], ["a": .bigInteger("99999999999999999999")])
        try check(URL(string: "https://example.org/a?b=1"), "https://example.org/a?b=1")
    }

    @Test func `codes kombu's tagged types`() throws {
        func tagged(_ type: String, _ value: JSONValue) -> JSONValue {
            ["__type__": .string(type), "__value__": value]
        }
        func check<Value: Codable & Equatable>(_ value: Value, _ json: JSONValue) throws {
            #expect(try JSONValue(encoding: value) == json)
            #expect(try json.decode(Value.self) == value)
            #expect(try JSONValue.array([json]).decode([Value].self) == [value])
        }
        let timestamp = try #require(Timestamp(iso8601: "2026-01-02T03:04:05.678900Z"))
        try check(timestamp, tagged("datetime", "2026-01-02T03:04:05.678900+00:00"))
        try check(timestamp.date, tagged("datetime", "2026-01-02T03:04:05.678900+00:00"))
        let uuid = try #require(UUID(uuidString: "12345678-1234-5678-1234-56781234567A"))
        try check(uuid, tagged("uuid", ["hex": "1234567812345678123456781234567a"]))
        try check(Data("plain".utf8), tagged("bytes", "plain"))
        try check(Data([0xFF, 0x00, 0xFE]), tagged("base64", "/wD+"))
        try check(Decimal(string: "1.25"), tagged("decimal", "1.25"))
    }

    @Test func `reads the tagged values recorded from Celery`() throws {
        struct Values: Decodable {
            let aware: Date
            let naive: Timestamp
            let day: Timestamp
            let decimal: Decimal
            let uuid: UUID
            let bytes: Data
            let binary: Data
        }
        let record = try #require(try Vectors().records(in: "message-ext-types").first)
        let values = try #require(try Envelope(decoding: record.raw).decodeBody().args.first?.arrayValue)
        let json: JSONValue = [
            "aware": values[0], "naive": values[1], "day": values[2], "decimal": values[4], "uuid": values[5],
            "bytes": values[6], "binary": values[7],
        ]
        let decoded = try json.decode(Values.self)
        #expect(Timestamp(decoded.aware).iso8601 == "2026-01-02T03:04:05.678900+00:00")
        #expect(decoded.naive.iso8601 == "2026-01-02T03:04:05+00:00")
        #expect(decoded.day.iso8601 == "2026-01-02T00:00:00+00:00")
        #expect(decoded.decimal == Decimal(string: "1.1"))
        #expect(decoded.uuid.uuidString == "12345678-1234-5678-1234-567812345678")
        #expect(decoded.bytes == Data("plain".utf8))
        #expect(decoded.binary == Data([0xFF, 0x00, 0xFE]))
        #expect(values[3]["__type__"] == "time")
        #expect(values[9].doubleValue?.isNaN == true)
        #expect(values[12] == .bigInteger("1180591620717411303424"))
    }

    @Test func `reads plain values where they are unambiguous`() throws {
        #expect(try JSONValue("2026-01-02T03:04:05Z").decode(Timestamp.self).iso8601 == "2026-01-02T03:04:05+00:00")
        #expect(
            try JSONValue("12345678123456781234567812345678").decode(UUID.self).uuidString.hasPrefix("12345678-1234")
        )
        #expect(try JSONValue(5).decode(Decimal.self) == 5)
        #expect(try JSONValue("0.5").decode(Decimal.self) == Decimal(string: "0.5"))
        #expect(try JSONValue(5).decode(Double.self) == 5)
        #expect(try JSONValue.bigInteger("100000000000000000000").decode(Double.self) == 1e20)
        #expect(try JSONValue(encoding: Double.infinity) == .double(.infinity))
    }

    /// JSON, what refuses it, and the path and words of the error.
    static let refusals: [(JSONValue, @Sendable (JSONValue) throws -> Void, String, String)] = [
        (["width": 3], { _ = try $0.decode(Resize.self) }, "", "There is no member 'source'."),
        (
            ["source": "a", "width": "3"], { _ = try $0.decode(Resize.self) }, "width",
            "Expected an integer, but found a string."
        ),
        (
            ["source": "a", "width": nil], { _ = try $0.decode(Resize.self) }, "width",
            "Expected an integer, but found null."
        ),
        ([1, 2, "x"], { _ = try $0.decode([Int].self) }, "[2]", "Expected an integer, but found a string."),
        ([1.0], { _ = try $0.decode([Int].self) }, "[0]", "Expected an integer, but found a floating-point number."),
        (["a": [300]], { _ = try $0.decode([String: [Int8]].self) }, "a.[0]", "The integer 300 does not fit in Int8."),
        ([-1], { _ = try $0.decode([UInt].self) }, "[0]", "The integer -1 does not fit in UInt."),
        (
            .bigInteger("9223372036854775808"), { _ = try $0.decode(Int.self) }, "",
            "The integer 9223372036854775808 does not fit in Int."
        ),
        (1, { _ = try $0.decode(Bool.self) }, "", "Expected true or false, but found an integer."),
        (["a": 1], { _ = try $0.decode([Int].self) }, "", "Expected an array, but found an object."),
        ([1], { _ = try $0.decode([String: Int].self) }, "", "Expected an object, but found an array."),
        ("soon", { _ = try $0.decode(Date.self) }, "", "Expected a datetime, but found a string."),
        ("x", { _ = try $0.decode(Data.self) }, "", "Expected bytes, but found a string."),
        ("1.5x", { _ = try $0.decode(Decimal.self) }, "", "Expected a decimal number, but found a string."),
        ("no", { _ = try $0.decode(UUID.self) }, "", "Expected a UUID, but found a string."),
        (
            "héllo wörld 32 bytes exactly....", { _ = try $0.decode(UUID.self) }, "",
            "Expected a UUID, but found a string."
        ),
    ]

    @Test(arguments: CodingTests.refusals.indices)
    func `says which value does not fit`(index: Int) throws {
        let (json, decode, path, description) = Self.refusals[index]
        let error = try #require(throws: DecodingError.self) { try decode(json) }
        let context =
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
                .dataCorrupted(let context):
                context
            @unknown default: throw error
            }
        #expect(context.debugDescription == description)
        #expect(context.codingPath.map(\.stringValue).joined(separator: ".") == path)
    }

    final class Chain: Codable {
        var next: Chain?

        init(next: Chain?) {
            self.next = next
        }
    }

    @Test func `refuses what is nested too deeply`() throws {
        var chain = Chain(next: nil)
        for _ in 0..<200 {
            chain = Chain(next: chain)
        }
        #expect(throws: EncodingError.self) { try JSONValue(encoding: chain) }
        var json: JSONValue = [:]
        for _ in 0..<200 {
            json = ["next": json]
        }
        #expect(throws: DecodingError.self) { try json.decode(Chain.self) }
        chain = Chain(next: Chain(next: nil))
        #expect(try JSONValue(encoding: chain) == ["next": [:]])
        #expect(try JSONValue.object(["next": ["next": [:]]]).decode(Chain.self).next?.next?.next == nil)
    }

    class Animal: Codable {
        var name = "cat"
    }

    final class Pet: Animal {
        var owner = "ann"

        private enum CodingKeys: CodingKey {
            case owner
        }

        override init() {
            super.init()
        }

        required init(from decoder: any Decoder) throws {
            self.owner = try decoder.container(keyedBy: CodingKeys.self).decode(String.self, forKey: .owner)
            try super.init(from: decoder.container(keyedBy: CodingKeys.self).superDecoder())
        }

        override func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(self.owner, forKey: .owner)
            try super.encode(to: container.superEncoder())
        }
    }

    @Test func `codes classes that inherit`() throws {
        let json = try JSONValue(encoding: Pet())
        #expect(json == ["owner": "ann", "super": ["name": "cat"]])
        #expect(try json.decode(Pet.self).name == "cat")
    }

    struct Nested: Codable, Equatable {
        var values: [Int]

        init(values: [Int]) {
            self.values = values
        }

        init(from decoder: any Decoder) throws {
            var outer = try decoder.unkeyedContainer()
            var inner = try outer.nestedUnkeyedContainer()
            self.values = []
            while !inner.isAtEnd {
                self.values.append(try inner.decodeNil() ? 0 : inner.decode(Int.self))
            }
            let rest = try outer.nestedContainer(keyedBy: Key.self)
            self.values.append(try rest.decode(Int.self, forKey: .last))
            #expect(throws: DecodingError.self) { try outer.decode(Int.self) }
        }

        func encode(to encoder: any Encoder) throws {
            var outer = encoder.unkeyedContainer()
            var inner = outer.nestedUnkeyedContainer()
            for value in self.values.dropLast() {
                if value == 0 {
                    try inner.encodeNil()
                } else {
                    try inner.encode(value)
                }
            }
            var rest = outer.nestedContainer(keyedBy: Key.self)
            try rest.encode(self.values.last, forKey: .last)
        }

        private enum Key: CodingKey {
            case last
        }
    }

    @Test func `codes through nested containers`() throws {
        let value = Nested(values: [1, 0, 3])
        #expect(try JSONValue(encoding: value) == [[1, nil], ["last": 3]])
        #expect(try JSONValue(encoding: value).decode(Nested.self) == value)
    }
}
