import Testing

@testable import CeleryProtocol

/// What is sent is what a worker takes, to the byte and to the level: X15 of the design.
struct MessageLimitTests {
    private static func message(
        args: [JSONValue] = [],
        embed: TaskEmbed = TaskEmbed(),
        shadow: String? = nil,
        custom: [String: JSONValue] = [:]
    ) -> TaskMessage {
        TaskMessage(
            headers: TaskHeaders(task: "t", id: "i", shadow: shadow, argsrepr: "()", kwargsrepr: "{}", custom: custom),
            properties: MessageProperties(deliveryTag: "d", routingKey: "q"),
            args: args,
            kwargs: [:],
            embed: embed
        )
    }

    private static func nested(_ levels: Int) -> JSONValue {
        (1..<levels).reduce(.array([])) { value, level in level % 2 == 0 ? .array([value]) : .object(["a": value]) }
    }

    /// Whether a worker takes the message as it would be written.
    private static func isRead(_ message: TaskMessage, _ limits: MessageLimits = .default) -> Bool {
        (try? Envelope(decoding: message.encoded(), limits: limits).decodeBody()) != nil
    }

    private static func code(_ message: TaskMessage, _ limits: MessageLimits = .default) -> MessageError.Code? {
        do throws(MessageError) {
            _ = try message.encoded(within: limits)
            return nil
        } catch {
            return error.code
        }
    }

    @Test func `a message may have 8 MiB`() {
        let limit = 8 << 20
        // Base64 grows by four bytes at a time, a header by one.
        let large: [JSONValue] = [.string(String(repeating: "x", count: (limit - 4096) / 4 * 3))]
        let missing = limit - Self.message(args: large, shadow: "").encoded().count
        for (extra, code) in [(0, nil), (1, MessageError.Code.tooLarge)] {
            let message = Self.message(args: large, shadow: String(repeating: "s", count: missing + extra))
            #expect(message.encoded().count == limit + extra)
            #expect(Self.code(message) == code)
            #expect(Self.isRead(message) == (code == nil))
        }
    }

    @Test func `headers may have 64 KiB`() throws {
        let limit = 64 << 10
        // What the reader counts begins and ends with the braces of the object.
        let sizes = (limit - 1024...limit).map { Self.message(shadow: String(repeating: "s", count: $0)) }
        let last = try #require(sizes.lastIndex { Self.isRead($0) })
        #expect(sizes.indices.contains(last + 1))
        #expect(Self.code(sizes[last]) == nil)
        #expect(Self.code(sizes[last + 1]) == .tooLarge)
    }

    @Test func `arguments, headers and signatures may be nested as deeply as they are read`() {
        let makers: [(JSONValue) -> TaskMessage] = [
            { Self.message(args: [$0]) }, { Self.message(custom: ["h": $0]) },
            { Self.message(embed: TaskEmbed(chord: $0)) }, { Self.message(embed: TaskEmbed(chain: [$0])) },
        ]
        for make in makers {
            for levels in 58...66 {
                let message = make(Self.nested(levels))
                // Signatures are refused a level too early at most; what is taken is always read.
                if Self.code(message) == nil { #expect(Self.isRead(message), "\(levels) levels") }
            }
            #expect(Self.code(make(Self.nested(61))) == nil)
            #expect(Self.code(make(Self.nested(63))) == .tooDeep)
        }
        #expect(Self.code(Self.message(args: [Self.nested(62)])) == nil)
        #expect(!Self.isRead(Self.message(args: [Self.nested(63)])))
    }

    @Test func `a body may have a million values`() {
        var limits = MessageLimits()
        limits.maximumElements = 100
        let counts = (50...150).map { Self.message(args: Array(repeating: 1, count: $0)) }
        let refused = counts.map { Self.code($0, limits) == .tooLarge }
        #expect(refused.first == false && refused.last == true)
        #expect(refused == counts.map { !Self.isRead($0, limits) })
    }

    @Test func `a value is measured to the byte, whatever is in it`() {
        let values: [JSONValue] = [
            .string(String(repeating: "\u{1}", count: 100)), .string(String(repeating: "é", count: 100)),
            .array(Array(repeating: .double(-1.234_567_890_123_45e-300), count: 100)), .object(["a": [1, nil, true]]),
            .array(Array(repeating: [], count: 100)), .bigInteger(String(repeating: "9", count: 100)),
        ]
        for value in values {
            var writer = JSONWriter()
            writer.write(value)
            let count = writer.bytes.count
            #expect(value.byteCount(above: count) == nil)
            #expect(value.byteCount(above: count - 1) == count)
        }
    }
}
