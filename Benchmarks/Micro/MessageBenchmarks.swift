import CeleryProtocol

/// Messages and results.
func messageBenchmarks(_ suite: inout Suite) throws {
    let raw = Samples.message.encoded()
    suite.measure("Envelope: read the headers") {
        blackHole(try Envelope(decoding: raw))
    }
    suite.measure("Envelope: read headers and body") {
        blackHole(try Envelope(decoding: raw).decodeBody())
    }
    suite.measure("TaskMessage: write") {
        blackHole(Samples.message.encoded())
    }
    suite.measure("ResultDocument: write") {
        blackHole(Samples.result.encoded())
    }
    let document = Samples.result.encoded()
    suite.measure("ResultDocument: read") {
        blackHole(try ResultDocument(decoding: document))
    }
    suite.measure("Identifier: a new UUID as text") {
        blackHole(Identifier.uuid4())
    }
}
