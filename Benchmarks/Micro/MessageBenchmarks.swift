import Benchmark
import CeleryProtocol

/// Messages and results.
func messageBenchmarks() {
    let raw = Samples.message.encoded()
    measure("Envelope: read the headers") {
        blackHole(try Envelope(decoding: raw))
    }
    measure("Envelope: read headers and body") {
        blackHole(try Envelope(decoding: raw).decodeBody())
    }
    measure("TaskMessage: write") {
        blackHole(Samples.message.encoded())
    }
    measure("ResultDocument: write") {
        blackHole(Samples.result.encoded())
    }
    let document = Samples.result.encoded()
    measure("ResultDocument: read") {
        blackHole(try ResultDocument(decoding: document))
    }
    measure("Identifier: a new UUID as text") {
        blackHole(Identifier.uuid4())
    }
}
