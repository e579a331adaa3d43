import CeleryProtocol
import Testing

/// A retry publishes what Celery's own `retry` publishes.
struct RetryTests {
    static let deliveryTag = "a9b07960-5358-46f5-9140-9f484169bc35"

    @Test func `equals the retry recorded from Celery`() throws {
        let records = try Vectors().records(in: "message-retry")
        let original = try #require(records.first)
        let expected = try Envelope(decoding: try #require(records.last).raw)
        let expires = try #require(expected.headers.expires)
        let retry = try Envelope.retry(
            of: original.raw,
            retries: 1,
            eta: expected.headers.eta,
            deliveryTag: Self.deliveryTag,
            now: expires.adding(.milliseconds(-299_993))
        )
        #expect(try JSONValue(parsing: retry) == JSONValue(parsing: expected.raw))
    }

    @Test func `keeps what it does not know byte for byte`() throws {
        let raw = Sample.envelope(
            headers:
                #""task": "t", "id": "i", "redelivered": true, "x-s": "\ud800", "x-f": 1.10, "x-n": {"b": 1, "a": 2}"#,
            properties:
                #""delivery_info": {"exchange": "e", "routing_key": "r", "redelivered": true, "x": 1}, "app_id": "\/""#
        )
        let retry = try Envelope.retry(of: raw, retries: 3, eta: nil, deliveryTag: "tag")
        let text = String(decoding: retry, as: UTF8.self)
        #expect(text.contains(#""x-s": "\ud800", "x-f": 1.10, "x-n": {"b": 1, "a": 2}"#))
        #expect(text.contains(#""delivery_info": {"exchange": "e", "routing_key": "r", "x": 1}, "app_id": "\/""#))
        #expect(!text.contains("redelivered\": true"))
        let envelope = try Envelope(decoding: retry)
        #expect(envelope.headers.retries == 3)
        #expect(envelope.headers.eta == nil)
        #expect(envelope.headers.parentID == "i")
        #expect(envelope.headers.rootID == "i")
        #expect(envelope.properties.deliveryTag == "tag")
    }

    @Test func `keeps the parent and root of a task that has them`() throws {
        let raw = Sample.envelope(headers: #""task": "t", "id": "i", "root_id": "root", "parent_id": "parent""#)
        let envelope = try Envelope(decoding: Envelope.retry(of: raw, retries: 1, eta: nil, deliveryTag: "tag"))
        #expect(envelope.headers.rootID == "root")
        #expect(envelope.headers.parentID == "parent")
    }

    @Test func `replaces arguments and keeps what follows the task`() throws {
        let record = try #require(try Vectors().records(in: "message-chain").first)
        let original = try Envelope(decoding: record.raw)
        let raw = try Envelope.retry(of: record.raw, retries: 1, eta: nil, deliveryTag: "tag", args: [7])
        let retry = try Envelope(decoding: raw)
        let body = try retry.decodeBody()
        #expect(body.args == [7])
        #expect(try body.embed == original.decodeBody().embed)
        #expect(retry.headers.argsrepr == "(7,)")
        #expect(retry.headers.kwargsrepr == "{}")
    }

    @Test(arguments: [nil, [JSONValue.integer(9)]])
    func `passes compressed bodies on unless the arguments change`(args: [JSONValue]?) throws {
        let record = try #require(try Vectors().records(in: "message-compression-bzip2").first)
        let raw = try Envelope.retry(of: record.raw, retries: 1, eta: nil, deliveryTag: "tag", args: args)
        let retry = try Envelope(decoding: raw)
        #expect(retry.headers.compression == (args == nil ? "application/x-bz2" : nil))
        let before = try JSONValue(parsing: record.raw)["body"]
        let after = try JSONValue(parsing: raw)["body"]
        #expect((before == after) == (args == nil))
        #expect(try retry.decodeBody().args == args ?? [1, 1])
    }

    @Test func `turns protocol 1 into protocol 2`() throws {
        let record = try #require(try Vectors().records(in: "message-protocol1").first)
        let raw = try Envelope.retry(of: record.raw, retries: 2, eta: nil, deliveryTag: "tag")
        let retry = try Envelope(decoding: raw)
        #expect(retry.layout == .protocol2)
        #expect(retry.headers.task == "cap.add")
        #expect(retry.headers.retries == 2)
        #expect(retry.headers.argsrepr == "(1, 2)")
        #expect(retry.properties.correlationID == retry.headers.id)
        let body = try retry.decodeBody()
        #expect(body.args == [1, 2])
        #expect(body.embed.callbacks?.first?["task"] == "cap.echo")
    }

    @Test func `never writes a negative expiration`() throws {
        let raw = Sample.envelope(headers: #""task": "t", "id": "i", "expires": "2020-01-01T00:00:00Z""#)
        let retry = try Envelope.retry(of: raw, retries: 1, eta: nil, deliveryTag: "tag")
        #expect(try Envelope(decoding: retry).properties.expiration == "0")
    }
}
