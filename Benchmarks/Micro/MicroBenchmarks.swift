/// What a task passes through in a producer and in a worker, part by part: the codec, the arguments, the routing, and Redis's
/// protocol.
///
/// Prints one line of JSON for each: its name, how often it allocates memory, and the nanoseconds it takes.
@main
struct MicroBenchmarks {
    static func main() throws {
        var suite = Suite()
        try jsonBenchmarks(&suite)
        try messageBenchmarks(&suite)
        try argumentBenchmarks(&suite)
        try routingBenchmarks(&suite)
        try redisBenchmarks(&suite)
        for benchmark in suite.benchmarks { print(try benchmark.run()) }
    }
}
