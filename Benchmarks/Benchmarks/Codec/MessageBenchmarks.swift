import Benchmark
import CeleryProtocol

/// Messages and results.
func messageBenchmarks() {
    let raw = Samples.message.encoded()
    Benchmark("Envelope: read the headers") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try Envelope(decoding: raw))
        }
    }
    Benchmark("Envelope: read headers and body") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try Envelope(decoding: raw).decodeBody())
        }
    }
    Benchmark("TaskMessage: write") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(Samples.message.encoded())
        }
    }
    Benchmark("ResultDocument: write") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(Samples.result.encoded())
        }
    }
    let document = Samples.result.encoded()
    Benchmark("ResultDocument: read") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try ResultDocument(decoding: document))
        }
    }
    Benchmark("Identifier: a new UUID as text") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(Identifier.uuid4())
        }
    }
}
