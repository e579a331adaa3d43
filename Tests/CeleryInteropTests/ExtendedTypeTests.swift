import CeleryProtocol
import FoundationEssentials
import TaskBroker
import Testing

extension CeleryInterop {
    /// Values that JSON does not have, or that other parsers spoil.
    struct ExtendedTypeTests {
        /// A Python expression, and what `repr` says of the value after the way there and back, if that is something else.
        static let expressions: [(python: String, back: String?)] = [
            ("3", nil), ("3.0", nil), ("-0.0", nil), ("1e+300", nil), ("5e-324", nil), ("0.1", nil), ("True", nil),
            ("None", nil),
            ("1180591620717411303424", nil), ("-1180591620717411303424", nil), ("18446744073709551615", nil),
            ("float('nan')", "nan"), ("float('inf')", "inf"), ("float('-inf')", "-inf"),
            ("'Grüße, 世界 😀'", nil), ("'\\x00\\x1f\\x7f'", nil), ("'\\u2028'", nil),
            // A lone surrogate is no character, and Swift's strings hold characters.
            ("'\\ud800'", "'\u{FFFD}'"),
            ("datetime.datetime(2026, 11, 21, 10, 30, 0, 123456, tzinfo=datetime.timezone.utc)", nil),
            ("datetime.datetime(2026, 11, 21, 10, 30)", nil),
            ("datetime.date(2026, 11, 21)", nil), ("datetime.time(12, 30)", nil),
            ("UUID('12345678-1234-5678-1234-567812345678')", nil),
            ("b'abc'", nil), ("b'\\xff\\x00\\xfe'", nil), ("b''", nil),
            ("Decimal('1.50')", nil), ("Decimal('123456789012345678901234567890.1')", nil),
            ("(1, (2, 3))", "[1, [2, 3]]"),
            ("{1: 'a', None: 'b', True: 'c', 2.5: 'd'}", "{'1': 'c', 'null': 'b', '2.5': 'd'}"),
            ("[b'x', {'when': datetime.datetime(2026, 1, 1), 'id': UUID(int=7)}]", nil),
        ]

        @Test(arguments: expressions.indices)
        func `Python → our worker → Python keeps the value`(_ index: Int) async throws {
            let (expression, back) = Self.expressions[index]
            let fleet = try Fleet.require()
            let reply = try await fleet.peer.call(
                "send",
                [
                    "task": "interop.echo", "expression": .string(expression), "options": ["queue": "swift"],
                ]
            )
            let outcome = try await fleet.outcome(of: #require(reply["id"]?.stringValue))
            #expect(outcome.state == .success)
            // The members of an object may come back in another order.
            if expression.hasPrefix("{") || expression.hasPrefix("[b") {
                let expected = try await fleet.peer.call(
                    "same",
                    [
                        "left": .string(outcome.repr ?? ""), "right": .string(back ?? expression),
                    ]
                )
                #expect(expected["same"] == true, "\(outcome.repr ?? "")")
            } else {
                #expect(outcome.repr == back ?? expression)
            }
        }

        @Test(arguments: [
            ("typed.date", "datetime.datetime(2026, 11, 21, 10, 30, 0, 123456, tzinfo=datetime.timezone.utc)"),
            ("typed.uuid", "UUID('12345678-1234-5678-1234-567812345678')"),
            ("typed.data", "b'abc'"),
            ("typed.data", "b'\\xff\\x00\\xfe'"),
            ("typed.decimal", "Decimal('1.5')"),
            ("typed.decimal", "Decimal('-12345678901234567890.123')"),
        ])
        func `A Swift task takes and returns them as its own types`(_ task: String, _ expression: String) async throws {
            let fleet = try Fleet.require()
            let reply = try await fleet.peer.call(
                "send",
                [
                    "task": .string(task), "expression": .string(expression), "options": ["queue": "swift"],
                ]
            )
            let outcome = try await fleet.outcome(of: #require(reply["id"]?.stringValue))
            #expect(outcome.repr == expression)
        }

        @Test func `What we send, a Python task sees as Python's types`() async throws {
            let fleet = try Fleet.require()
            let date = Date(timeIntervalSince1970: 1_793_443_800.5)
            let uuid = UUID()
            let data = Data([0xFF, 0, 0xFE])
            let decimal = try #require(Decimal(string: "1.5"))
            let sent: [(JSONValue, String)] = [
                (
                    try JSONValue(encoding: date),
                    "datetime.datetime(2026, 10, 31, 10, 50, 0, 500000, tzinfo=datetime.timezone.utc)"
                ),
                (try JSONValue(encoding: uuid), "UUID('\(uuid.uuidString.lowercased())')"),
                (try JSONValue(encoding: data), "b'\\xff\\x00\\xfe'"),
                (try JSONValue(encoding: decimal), "Decimal('1.5')"),
                (.double(.nan), "nan"), (.double(-.infinity), "-inf"), (3.0, "3.0"), (3, "3"),
                (.bigInteger("1180591620717411303424"), "1180591620717411303424"), ("ü😀\u{0}", "'ü😀\\x00'"),
            ]
            for (value, repr) in sent {
                let outcome = try await fleet.run(Call("interop.repr", [value]), .swiftToPython)
                #expect(outcome.value == .string(repr))
            }
        }

        @Test func `What a Python task returns, we read as our types`() async throws {
            let fleet = try Fleet.require()
            func echoed<Value: Codable & Sendable>(_ value: Value) async throws -> Value {
                let options = TaskOptions(queue: "python")
                let sent = try await fleet.app.sendTask(
                    "interop.echo",
                    args: [JSONValue(encoding: value)],
                    options: options
                )
                return try await fleet.app.result(for: sent.id, as: Value.self).get()
            }
            let date = Date(timeIntervalSince1970: 1_793_443_800.25)
            let uuid = UUID()
            let decimal = try #require(Decimal(string: "3.14159265358979323846"))
            #expect(try await echoed(date) == date)
            #expect(try await echoed(uuid) == uuid)
            #expect(try await echoed(Data([0xFF, 0])) == Data([0xFF, 0]))
            #expect(try await echoed(Data("text".utf8)) == Data("text".utf8))
            #expect(try await echoed(decimal) == decimal)
            #expect(try await echoed(Double.nan).isNaN)
            #expect(try await echoed(["a": [1, 2]]) == ["a": [1, 2]])
        }
    }
}
