import CeleryProtocol
import Testing

struct EnvelopeTests {
    @Test func `reads every header of a plain message`() throws {
        let record = try #require(try Vectors().records(in: "message-simple").first)
        let envelope = try Envelope(decoding: record.raw)
        let headers = envelope.headers
        #expect(headers.lang == "py")
        #expect(headers.task == "cap.add")
        #expect(headers.id == "3c53467a-f2d4-4460-9f7e-3388d948b1cf")
        #expect(headers.rootID == headers.id)
        #expect(headers.retries == 0)
        #expect(headers.argsrepr == "(2, 3)")
        #expect(headers.kwargsrepr == "{}")
        #expect(headers.origin == "gen4720@vm")
        #expect(headers.ignoreResult == false)
        #expect(headers.custom.isEmpty)
        #expect(envelope.properties.correlationID == headers.id)
        #expect(envelope.properties.deliveryTag == "916e4dc9-ae3e-43c3-a69b-da932e6c75f6")
        #expect(envelope.properties.routingKey == "celery")
        #expect(envelope.properties.bodyEncoding == "base64")
        #expect(envelope.layout == .protocol2)
        #expect(try envelope.decodeBody() == TaskBody(args: [2, 3]))
    }

    @Test func `reads headers that change what happens`() throws {
        func headers(_ name: String) throws -> TaskHeaders {
            try Envelope(decoding: try #require(try Vectors().records(in: name).first).raw).headers
        }
        #expect(try headers("message-eta").eta == Timestamp(iso8601: "2030-01-02T01:04:05Z"))
        #expect(try headers("message-timelimit").timeLimit == 30)
        #expect(try headers("message-timelimit").softTimeLimit == 20)
        #expect(try headers("message-stamped-kwargs").stampedHeaders == ["tenant", "groups"])
        #expect(try headers("message-stamped-kwargs").stamps == ["tenant": "t1", "groups": ["a", "b"]])
        #expect(try headers("message-headers").custom == ["x-trace": "abc"])
        #expect(try headers("message-shadow").shadow == "pretty.name")
        #expect(try headers("message-send-task").ignoreResult == nil)
        #expect(try headers("message-ignore-result").ignoreResult == true)
        #expect(try headers("message-group").groupIndex == 0)
    }

    @Test func `takes the fields of protocol 1 from the body`() throws {
        let record = try #require(try Vectors().records(in: "message-protocol1").first)
        let envelope = try Envelope(decoding: record.raw)
        #expect(envelope.layout == .protocol1)
        #expect(envelope.headers.task == "cap.add")
        #expect(envelope.headers.eta == Timestamp(iso8601: "2026-11-21T02:15:00.354261Z"))
        #expect(envelope.headers.argsrepr == "(1, 2)")
        let body = try envelope.decodeBody()
        #expect(body.args == [1, 2])
        #expect(body.embed.callbacks?.count == 1)
    }

    @Test(arguments: [
        (#""taskset": "old""#, "old"), (#""group": "new""#, "new"), (#""group": "new", "taskset": "old""#, "old"),
    ])
    func `prefers the old name of the group as Celery does`(fields: String, group: String) throws {
        let raw = Sample.envelope(headers: #""x": 1"#, body: #" {"task": "t", "id": "i", \#(fields)}"#)
        let envelope = try Envelope(decoding: raw)
        #expect(envelope.headers.group == group)
        #expect(envelope.headers.custom == ["x": 1])
        #expect(try envelope.decodeBody() == TaskBody())
    }

    @Test(arguments: ["", " ", "\n\t"])
    func `lets headers win over a body of protocol 1`(indentation: String) throws {
        let raw = Sample.envelope(
            headers: #""task": "t", "id": "i", "retries": 2"#,
            body: indentation + #"{"task": "other", "retries": 5, "group": "g", "args": [3], "kwargs": {"a": 1}}"#
        )
        let envelope = try Envelope(decoding: raw)
        #expect(envelope.layout == .hybrid)
        #expect(envelope.headers.task == "t")
        #expect(envelope.headers.retries == 2)
        #expect(envelope.headers.group == "g")
        #expect(try envelope.decodeBody() == TaskBody(args: [3], kwargs: ["a": 1]))
    }

    @Test func `accepts what a Python worker accepted`() throws {
        let cases = try #require(try Vectors().load("lenient-worker")["cases"]?.arrayValue)
        let refused = ["eta garbage", "kwargs null", "args null"]
        for example in cases {
            let what = try #require(example["what"]?.stringValue)
            let raw = try #require(example["sent"]).serialized()
            if refused.contains(what) {
                let error = #expect(throws: MessageError.self, "\(what)") { try Envelope(decoding: raw).decodeBody() }
                #expect(error?.taskName == "cap.add", "\(what)")
                #expect(error?.taskID != nil, "\(what)")
            } else {
                #expect(try Envelope(decoding: raw).decodeBody().args == [1, 2], "\(what)")
            }
        }
    }

    static let poison: [String: MessageError.Code] = [
        "no content-type": .missingField,
        "content-type text/plain": .contentDisallowed,
        "content-type application/x-python-serialize (pickle)": .contentDisallowed,
        "body is base64 of something that is not JSON": .badBody,
        "body is not base64": .badBody,
        "body is [args, kwargs] without embed": .badBody,
        "no delivery_tag": .missingField,
        "no delivery_info": .missingField,
        "no properties": .missingField,
        "no headers": .missingField,
        "no id header": .missingField,
        "unknown compression": .unknownCompression,
        "list element that is JSON but not an object": .notAnObject,
        "list element that is not JSON": .notJSON,
    ]

    @Test func `refuses what stops a Python worker`() throws {
        let cases = try #require(try Vectors().load("poison-worker")["cases"]?.arrayValue)
        for example in cases {
            let what = try #require(example["what"]?.stringValue)
            let raw = Array(try #require(example["sent"]?.stringValue).utf8)
            guard let code = Self.poison[what] else {
                #expect(throws: Never.self, "\(what)") { try Envelope(decoding: raw).decodeBody() }
                continue
            }
            let error = #expect(throws: MessageError.self, "\(what)") { try Envelope(decoding: raw).decodeBody() }
            #expect(error?.code == code, "\(what)")
        }
    }

    static let headerCases: [(String, MessageError.Code?)] = [
        (#""task": 5, "id": "i""#, .wrongType), (#""task": "t", "id": 5"#, .wrongType),
        (#""task": "t", "id": """#, .missingField),
        (#""task": "t", "id": null"#, .missingField), (#""task": "t", "id": "a\u0000b""#, .invalidName),
        (#""task": "t\u0006\u0016", "id": "i""#, .invalidName), (#""task": "t", "id": "i", "group": 5"#, .wrongType),
        (#""task": "t", "id": "i", "group_index": "0""#, .wrongType),
        (#""task": "t", "id": "i", "group_index": 1.5"#, .wrongType),
        (#""task": "t", "id": "i", "group_index": 99999999999999999999"#, .wrongType),
        (#""task": "t", "id": "i", "group_index": 2.0"#, nil), (#""task": "t", "id": "i", "timelimit": null"#, nil),
        (#""task": "t", "id": "i", "timelimit": []"#, nil), (#""task": "t", "id": "i", "timelimit": [1, null]"#, nil),
        (#""task": "t", "id": "i", "timelimit": [1, 2, 3]"#, .wrongType),
        (#""task": "t", "id": "i", "timelimit": [-1, 2]"#, .wrongType),
        (#""task": "t", "id": "i", "timelimit": [NaN, 2]"#, .wrongType),
        (#""task": "t", "id": "i", "timelimit": [1e400, 2]"#, .wrongType),
        (#""task": "t", "id": "i", "shadow": 5, "argsrepr": [], "origin": {}, "lang": null, "stamps": 1"#, nil),
        (#""task": "t", "id": "i", "ignore_result": "no", "redelivered": 1, "replaced_task_nesting": -4"#, nil),
        (#""task": "t", "id": "i", "stamped_headers": "x""#, .wrongType),
        (#""task": "t", "id": "i", "stamped_headers": [1]"#, .wrongType),
        (#""task": "t", "id": "i", "compression": 1"#, .wrongType),
        (#""task": "t", "id": "i", "compression": "lzma""#, .unknownCompression),
        (#""task": "t", "id": "i", "retries": -99999999999999999999999"#, nil),
        (#""task": "t", "id": "i", "id": "j""#, nil),
    ]

    @Test(arguments: EnvelopeTests.headerCases)
    func `judges headers of unexpected types`(headers: String, code: MessageError.Code?) throws {
        let raw = Sample.envelope(headers: headers)
        do throws(MessageError) {
            _ = try Envelope(decoding: raw).decodeBody()
            #expect(code == nil)
        } catch {
            #expect(error.code == code)
        }
    }

    @Test func `takes the last of headers with the same name`() throws {
        let raw = Sample.envelope(
            headers: #""task": "t", "id": "i", "id": "j", "root_id": "i", "eta": "2026-01-01", "eta": null"#
        )
        let headers = try Envelope(decoding: raw).headers
        #expect(headers.id == "j")
        #expect(headers.rootID == "i")
        #expect(headers.eta == nil)
    }

    @Test func `keeps the limits`() throws {
        var limits = MessageLimits()
        limits.maximumHeaderBytes = 24
        #expect(throws: Never.self) { try Envelope(decoding: Sample.envelope(), limits: limits) }
        limits.maximumHeaderBytes = 23
        #expect(throws: MessageError.self) { try Envelope(decoding: Sample.envelope(), limits: limits) }
        limits = MessageLimits()
        limits.maximumBytes = Sample.envelope().count
        #expect(throws: Never.self) { try Envelope(decoding: Sample.envelope(), limits: limits) }
        limits.maximumBytes -= 1
        let error = #expect(throws: MessageError.self) { try Envelope(decoding: Sample.envelope(), limits: limits) }
        #expect(error?.code == .tooLarge)
    }

    @Test func `reads bodies that other JSON writers escaped`() throws {
        let text = String(decoding: Sample.envelope(), as: UTF8.self).replacing("=", with: #"\u003d"#)
            .replacing("application/json", with: #"application\/json"#).replacing("\"body\"", with: #""b\u006fdy""#)
        #expect(try Envelope(decoding: Array(text.utf8)).decodeBody().args == [1, 2])
    }
}
