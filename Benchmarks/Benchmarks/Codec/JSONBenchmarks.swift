import Benchmark
import CeleryProtocol

/// Reading and writing JSON as such.
func jsonBenchmarks() {
    let envelope = Samples.message.encoded()
    Benchmark("JSON: parse an envelope") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try JSONValue(parsing: envelope))
        }
    }
    let value = JSONValue.object(["text": .string(String(decoding: envelope, as: UTF8.self)), "number": 12])
    Benchmark("JSON: write 1 KB of text with escapes") { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(value.serialized())
        }
    }
    let large = Samples.large.serialized()
    Benchmark("JSON: parse 100 KB", configuration: .init(scalingFactor: .one)) { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(try JSONValue(parsing: large))
        }
    }
    Benchmark("JSON: write 100 KB", configuration: .init(scalingFactor: .one)) { benchmark in
        for _ in benchmark.scaledIterations {
            blackHole(Samples.large.serialized())
        }
    }
}
