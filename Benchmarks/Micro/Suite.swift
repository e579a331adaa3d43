import Allocations
import CeleryProtocol

/// The benchmarks that there are.
struct Suite {
    private(set) var benchmarks: [MicroBenchmark] = []

    /// Adds one: `body` is what is measured, as many times in a row as makes a sample long enough for the clock.
    mutating func measure(_ name: String, repeats: Int = 1000, _ body: @escaping () throws -> Void) {
        self.benchmarks.append(MicroBenchmark(name: name, repeats: repeats, body: body))
    }
}

/// One of them.
struct MicroBenchmark {
    let name: String
    let repeats: Int
    let body: () throws -> Void

    private static let samples = 20

    /// Takes samples.
    ///
    /// The fastest tells the time, since others use the machine too; allocations are the same in each.
    func run() throws -> String {
        try self.body()
        var (fastest, allocations) = (Duration.seconds(3600), UInt.max)
        for _ in 0..<Self.samples {
            let before = allocations_made()
            let begin = ContinuousClock.now
            for _ in 0..<self.repeats { try self.body() }
            fastest = min(fastest, begin.duration(to: .now))
            allocations = min(allocations, allocations_made() - before)
        }
        let line: JSONValue = [
            "name": .string(self.name),
            "allocations": .double(Double(allocations) / Double(self.repeats)),
            "nanoseconds": .double(fastest / .nanoseconds(self.repeats)),
        ]
        return String(decoding: line.serialized(), as: UTF8.self)
    }
}

/// Takes a value that would not be computed if nobody used it.
func blackHole<Value>(_ value: Value) {
    unsafe withUnsafePointer(to: value) { unsafe black_hole($0) }
}
