import CeleryProtocol

extension FuzzCheck {
    /// A message that was read can be sent again: anew, and as a retry with the same id.
    static let envelopes = FuzzCheck("envelopes") { bytes in
        guard let envelope = try? Envelope(decoding: bytes) else { return false }
        let retry = try? Envelope.retry(of: bytes, retries: 1, eta: Timestamp(microseconds: 0), deliveryTag: "d")
        guard let body = try? envelope.decodeBody() else { return false }
        guard let retry, let again = try? Envelope(decoding: retry) else {
            throw BrokenRule(description: "what was read cannot be retried")
        }
        try BrokenRule.require(again.headers.id == envelope.headers.id, "a retry has another id")
        let message = TaskMessage(
            headers: envelope.headers,
            properties: envelope.properties,
            args: body.args,
            kwargs: body.kwargs,
            embed: body.embed
        )
        guard (try? Envelope(decoding: message.encoded()).decodeBody()) != nil else {
            throw BrokenRule(description: "what was read cannot be sent")
        }
        for json in (body.embed.callbacks ?? []) + (body.embed.chain ?? []) + (body.embed.chord.map { [$0] } ?? []) {
            _ = try Self.checkSignature(json)
        }
        return true
    }

    /// A result that was read is read again when it is written.
    static let results = FuzzCheck("results") { bytes in
        guard let result = try? ResultDocument(decoding: bytes) else { return false }
        _ = result.exception?.pythonRepr
        guard let again = try? ResultDocument(decoding: result.encoded()) else {
            throw BrokenRule(description: "the result that we write, we refuse")
        }
        try BrokenRule.require(again.encoded().count == result.encoded().count, "a result changes when it is written")
        _ = result.children.flatMap { ResultNode(json: $0) }?.json
        return true
    }

    /// A signature that was read is read again when it is written, and applying it ends within its limits.
    static let signatures = FuzzCheck(
        "signatures",
        examples: [
            #"{"task": "celery.chunks", "kwargs": {"task": {"task": "t"}, "it": [[1], [2], [3]], "n": 9223372036854775807}, "#
                + #""subtask_type": "chunks"}"#,
            #"{"task": "t", "options": {"countdown": 1e308, "expires": -1e308, "priority": 9999999999999999999, "#
                + #""eta": "9999-12-31T23:59:59Z", "time_limit": 1e400, "link": [{"task": "u"}], "stamps": {"a": 1}}}"#,
            Self.nestedChains(60), Self.nestedChains(70), Self.nestedChains(5_000),
        ]
    ) { bytes in
        guard let json = try? JSONValue(parsing: bytes, limits: JSONLimits(maximumDepth: 512)) else { return false }
        return try Self.checkSignature(json)
    }

    private static func checkSignature(_ json: JSONValue) throws -> Bool {
        guard let signature = try? SignatureNode(json: json) else { return false }
        let written = signature.json
        guard let again = try? SignatureNode(json: written) else {
            throw BrokenRule(description: "the signature that we write, we refuse")
        }
        try BrokenRule.require(
            again.json.serialized().count == written.serialized().count,
            "a signature changes when it is written"
        )
        var count = 0
        guard
            let plan = try? signature.plan(makeID: {
                count += 1
                return "id-\(count)"
            })
        else { return true }
        try BrokenRule.require(plan.calls.count <= 10_000, "a signature sends \(plan.calls.count) messages")
        for call in plan.calls.prefix(100) { _ = (try? CallOptions(call.options))?.json }
        return true
    }

    private static func nestedChains(_ depth: Int) -> String {
        String(repeating: #"{"task": "celery.chain", "subtask_type": "chain", "kwargs": {"tasks": ["#, count: depth)
            + #"{"task": "t"}"# + String(repeating: "]}}", count: depth)
    }
}
