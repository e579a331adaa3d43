import Benchmark
import CeleryProtocol

let benchmarks: @Sendable () -> Void = {
    Benchmark("uuid") { benchmark in
        for _ in benchmark.scaledIterations { blackHole(Identifier.uuid4()) }
    }
}
