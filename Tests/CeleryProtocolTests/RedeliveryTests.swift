import CeleryProtocol
import Testing

/// A message that goes back to its queue carries the marks that kombu gives it.
struct RedeliveryTests {
    @Test func `marks headers and delivery and nothing else`() throws {
        let record = try #require(try Vectors().records(in: "message-simple").first)
        let redelivery = try Envelope.redelivery(of: record.raw)
        let text = String(decoding: record.raw, as: UTF8.self)
            .replacing(#""stamps": {}"#, with: #""stamps": {}, "redelivered": true"#)
            .replacing(#""routing_key": "celery""#, with: #""routing_key": "celery", "redelivered": true"#)
        #expect(String(decoding: redelivery, as: UTF8.self) == text)
        let envelope = try Envelope(decoding: redelivery)
        #expect(envelope.headers.redelivered == true)
        #expect(envelope.properties.redelivered)
        #expect(try Envelope.redelivery(of: redelivery) == redelivery)
    }

    @Test func `refuses what it cannot read`() {
        let error = #expect(throws: MessageError.self) { try Envelope.redelivery(of: Array("{}".utf8)) }
        #expect(error?.code == .missingField)
    }
}
