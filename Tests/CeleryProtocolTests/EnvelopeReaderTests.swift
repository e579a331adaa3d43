import FuzzChecks
import Testing

@testable import CeleryProtocol

/// Whatever a reader has read before, it reads a message as ``Envelope/init(decoding:limits:)`` does.
struct EnvelopeReaderTests {
    @Test func `a message that differs in its texts only is read by comparing`() throws {
        let first = Sample.call(id: "6f1a", tag: "d1", args: "(1, 2)")
        let template = try #require(EnvelopeTemplate(Envelope(decoding: first)))
        for second in [
            first, Sample.call(id: "b", tag: "another tag", args: ""), Sample.call(id: "c", tag: "", args: "x"),
        ] {
            let envelope = try #require(template.envelope(of: second))
            #expect(Reading.of { envelope } == Reading.of { try Envelope(decoding: second) })
        }
    }

    @Test(arguments: [
        ("an id that is empty", Sample.call(id: "")),
        ("an id that is too long", Sample.call(id: String(repeating: "i", count: 300))),
        ("an escape sequence", Sample.call(args: #"(\"a\",)"#)),
        ("a text that is not ASCII", Sample.call(args: "('é',)")),
        ("bytes that are not UTF-8", Sample.call() + [0xFF]),
        ("a text of another type", Sample.call(origin: "null")),
        ("another task", Sample.call(task: "u")),
        ("one field more", Sample.call(more: #", "x": 1"#)),
        ("a body of protocol 1", Sample.call(body: #"{"args": [1], "expires": "2030-01-01T00:00:00"}"#)),
        ("a control character", Sample.call(args: "\u{1}")),
        ("nothing", []),
        ("half of it", Array(Sample.call().dropLast(40))),
        ("something behind it", Sample.call() + Array("{}".utf8)),
    ])
    func `a message that differs in anything else is read as if it were the first`(
        _ what: String,
        _ raw: [UInt8]
    ) throws {
        let template = try #require(EnvelopeTemplate(Envelope(decoding: Sample.call())))
        #expect(template.envelope(of: raw) == nil)
        let reader = EnvelopeReader()
        _ = try reader.read(Sample.call())
        #expect(Reading.of { try reader.read(raw) } == Reading.of { try Envelope(decoding: raw) })
    }

    @Test(arguments: [
        ("a field that comes twice", Sample.call(more: #", "id": "second""#)),
        ("protocol 1", Sample.envelope(headers: "", body: #"{"task": "t", "id": "i", "args": [], "kwargs": {}}"#)),
        ("a large message", Sample.call(args: String(repeating: "x", count: EnvelopeTemplate.maximumBytes))),
    ])
    func `a message that is no example is read all the same`(_ what: String, _ raw: [UInt8]) throws {
        #expect(try EnvelopeTemplate(Envelope(decoding: raw)) == nil)
        let reader = EnvelopeReader()
        for _ in 0..<3 { #expect(Reading.of { try reader.read(raw) } == Reading.of { try Envelope(decoding: raw) }) }
    }

    @Test func `limits hold for what is read by comparing`() throws {
        var limits = MessageLimits()
        limits.maximumHeaderBytes = 400
        let (small, large) = (Sample.call(), Sample.call(args: String(repeating: "x", count: 400)))
        let reader = EnvelopeReader(limits: limits)
        _ = try reader.read(small)
        #expect(throws: MessageError.self) { try reader.read(large) }
        limits.maximumBytes = small.count
        let other = EnvelopeReader(limits: limits)
        _ = try other.read(small)
        #expect(throws: MessageError.self) { try other.read(Sample.call(tag: "longer than it was before")) }
    }

    @Test func `many kinds of messages in turn are read as each of them alone`() throws {
        let reader = EnvelopeReader()
        for round in 0..<20 {
            for kind in 0..<EnvelopeReader.capacity + 3 where (round + kind).isMultiple(of: 2) {
                let raw = Sample.call(task: "task-\(kind)", id: "\(round)-\(kind)")
                #expect(Reading.of { try reader.read(raw) } == Reading.of { try Envelope(decoding: raw) })
            }
        }
    }

    @Test func `damaged messages are read as if no message had been read before`() throws {
        let seed = FuzzRun.seed
        var generator = SplitMix64(seed: seed)
        let vectors = try Vectors()
        let recorded = try vectors.names(prefix: "message-").flatMap { try vectors.records(in: $0) }.map(\.raw)
        var compared = 0
        for original in recorded where original.count < 4_000 {
            guard let envelope = try? Envelope(decoding: original), let template = EnvelopeTemplate(envelope) else {
                continue
            }
            let reader = EnvelopeReader()
            _ = try reader.read(original)
            for _ in 0..<50 {
                var raw = original
                Mutator.damage(&raw, using: &generator)
                if template.envelope(of: raw) != nil { compared += 1 }
                let isSame = Reading.of { try reader.read(raw) } == Reading.of { try Envelope(decoding: raw) }
                #expect(isSame, "FUZZ_SEED=\(seed): \(String(decoding: raw, as: UTF8.self).debugDescription)")
            }
        }
        #expect(compared > 50, "nearly nothing was read by comparing")
    }
}

/// All that a message says, or why it is refused, as text: NaN is not equal to itself.
private struct Reading: Equatable {
    let text: String

    static func of(_ read: () throws -> Envelope) -> Reading {
        do {
            let envelope = try read()
            let stamps = envelope.headers.stamps.sorted { $0.key < $1.key }
            let custom = envelope.headers.custom.sorted { $0.key < $1.key }
            let properties = envelope.properties.custom.sorted { $0.key < $1.key }
            var (headers, rest) = (envelope.headers, envelope.properties)
            (headers.stamps, headers.custom, rest.custom) = ([:], [:], [:])
            return Reading(
                text: """
                    \(headers) \(stamps) \(custom) \(rest) \(properties) \(envelope.contentType) \
                    \(envelope.contentEncoding ?? "none") \(envelope.layout) \(envelope.bodyToken) \(envelope.raw)
                    """
            )
        } catch {
            return Reading(text: "\(error)")
        }
    }
}

extension Sample {
    /// A message with the fields that a call has.
    fileprivate static func call(
        task: String = "t",
        id: String = "i",
        tag: String = "d",
        args: String = "(1,)",
        origin: String = #""gen1@host""#,
        more: String = "",
        body: String = Self.body
    ) -> [UInt8] {
        Self.envelope(
            headers: """
                "lang": "py", "task": "\(task)", "id": "\(id)", "eta": null, "root_id": "\(id)", "argsrepr": "\(args)", \
                "origin": \(origin), "ignore_result": false\(more)
                """,
            properties: """
                "correlation_id": "\(id)", "delivery_tag": "\(tag)", \
                "delivery_info": {"exchange": "", "routing_key": "q"}
                """,
            body: body
        )
    }
}
