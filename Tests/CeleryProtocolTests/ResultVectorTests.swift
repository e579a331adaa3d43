import CeleryProtocol
import Testing

/// Every result recorded from Celery is read, and written again means the same.
struct ResultVectorTests {
    @Test func `reads and writes every recorded result`() throws {
        let vectors = try Vectors()
        var count = 0
        for name in try vectors.names(prefix: "result-") {
            for record in try vectors.records(in: name) {
                let result = try ResultDocument(decoding: record.raw)
                #expect(try JSONValue(parsing: result.encoded()) == JSONValue(parsing: record.raw), "\(name)")
                count += 1
            }
        }
        #expect(count >= 25)
    }

    @Test func `writes a plain success byte for byte as Celery does`() throws {
        let record = try #require(try Vectors().records(in: "result-success").first)
        #expect(try ResultDocument(decoding: record.raw).encoded() == record.raw)
    }

    @Test func `reads what other programs may have stored`() throws {
        let cases = try #require(try Vectors().load("lenient-client")["cases"]?.arrayValue)
        #expect(cases.count >= 14)
        for stored in cases.compactMap({ $0["stored"] }) {
            let result = try ResultDocument(decoding: stored.serialized())
            #expect(result.status == stored["status"]?.stringValue)
            #expect(result.taskID == stored["task_id"]?.stringValue)
            #expect(result.result == stored["result"])
        }
    }
}
