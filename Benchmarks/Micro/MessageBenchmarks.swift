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
    // Two calls of a task, by turns: ids and arguments differ.
    let (calls, reader) = ([raw, Samples.otherMessage.encoded()], EnvelopeReader())
    var count = 0
    suite.measure("EnvelopeReader: read the headers of a call like the last one") {
        count += 1
        blackHole(try reader.read(calls[count % 2]))
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
