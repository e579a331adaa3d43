import CeleryProtocol

/// Reading and writing JSON as such.
func jsonBenchmarks(_ suite: inout Suite) throws {
    let envelope = Samples.message.encoded()
    suite.measure("JSON: parse an envelope") {
        blackHole(try JSONValue(parsing: envelope))
    }
    let value = JSONValue.object(["text": .string(String(decoding: envelope, as: UTF8.self)), "number": 12])
    suite.measure("JSON: write 1 KB of text with escapes") {
        blackHole(value.serialized())
    }
    let large = Samples.large.serialized()
    suite.measure("JSON: parse 100 KB", repeats: 20) {
        blackHole(try JSONValue(parsing: large))
    }
    suite.measure("JSON: write 100 KB", repeats: 20) {
        blackHole(Samples.large.serialized())
    }
}
