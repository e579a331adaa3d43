import Benchmark
import CeleryProtocol

/// The codec on a task's way: what a worker reads, and what it and a producer write.
let benchmarks: @Sendable () -> Void = {
    // A global variable of the benchmarking library, set before anything reads it.
    unsafe Benchmark.defaultConfiguration = .init(
        // Instructions are counted where the kernel lets a process do so.
        metrics: [.wallClock, .instructions],
        scalingFactor: .kilo,
        maxDuration: .seconds(2)
    )
    jsonBenchmarks()
    messageBenchmarks()
    argumentBenchmarks()
}
