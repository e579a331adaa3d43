import Allocations
import Benchmark

/// What a task passes through in a producer and in a worker: the codec, the routing, the arguments, and Redis's protocol.
///
/// Allocations are what the thresholds hold: they are the same in every run, which times on a shared machine are not.
let benchmarks: @Sendable () -> Void = {
    // A global variable of the benchmarking library, set before anything reads it.
    unsafe Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, allocations],
        scalingFactor: .kilo,
        maxDuration: .milliseconds(500),
        maxIterations: 100,
        thresholds: [allocations: .init(relative: [.p90: 5])]
    )
    jsonBenchmarks()
    messageBenchmarks()
    argumentBenchmarks()
    routingBenchmarks()
    redisBenchmarks()
}

/// How often memory is allocated.
private let allocations = BenchmarkMetric.custom("allocations", polarity: .prefersSmaller, useScalingFactor: true)

/// Defines a benchmark: `body` is what is measured, a thousand times in a row, or once if it takes long.
func measure(
    _ name: String,
    repeats: BenchmarkScalingFactor = .kilo,
    _ body: @escaping @Sendable () throws -> Void
) {
    Benchmark(name, configuration: .init(scalingFactor: repeats)) { benchmark in
        let before = allocations_made()
        for _ in benchmark.scaledIterations { try body() }
        benchmark.measurement(allocations, Int(allocations_made() - before))
    }
}
