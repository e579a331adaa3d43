import Benchmark
import CeleryProtocol

/// Reading and writing JSON as such.
func jsonBenchmarks() {
    let envelope = Samples.message.encoded()
    measure("JSON: parse an envelope") {
        blackHole(try JSONValue(parsing: envelope))
    }
    let value = JSONValue.object(["text": .string(String(decoding: envelope, as: UTF8.self)), "number": 12])
    measure("JSON: write 1 KB of text with escapes") {
        blackHole(value.serialized())
    }
    let large = Samples.large.serialized()
    measure("JSON: parse 100 KB", repeats: .one) {
        blackHole(try JSONValue(parsing: large))
    }
    measure("JSON: write 100 KB", repeats: .one) {
        blackHole(Samples.large.serialized())
    }
}
