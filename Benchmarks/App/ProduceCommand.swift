import ArgumentParser
import Logging
import TaskBroker

/// `produce`: the producer of scripts/bench.
///
/// Prints one line of JSON: what a loop over the tasks took, or the moments of each task.
struct ProduceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "produce", abstract: "Send tasks for scripts/bench.")

    @Argument(help: "What is measured: awaited, bulk or latency.") var measure: Measure
    @Argument(help: "The URL of the broker.") var url: String
    @Argument(help: "How many tasks are sent.") var count: Int

    @Flag(help: "Run on Swift's own threads, and not where the connection is.") var hops = false

    func validate() throws {
        guard self.count > 0 else { throw ValidationError("The count has to be positive.") }
    }

    func run() async throws {
        let logger = Logger(label: "producer") { StreamLogHandler.standardError(label: $0) }
        let tasks = try BenchTasks(.redis(self.url), logger: logger)
        let line = try await tasks.app.run { app in
            try await withTaskExecutorPreference(self.hops ? nil : app.executor) { try await self.line(tasks) }
        }
        print(line)
    }

    enum Measure: String, ExpressibleByArgument {
        /// One task after the other, each awaited.
        case awaited
        /// 500 tasks in one call.
        case bulk
        /// One task at a time, and its result awaited.
        case latency
    }
}

extension ProduceCommand {
    private static let batchSize = 500
    /// Long enough for a worker to have nothing to do any more.
    private static let gap = Duration.milliseconds(10)

    private func line(_ tasks: BenchTasks) async throws -> String {
        switch self.measure {
        case .awaited: try await self.sending(tasks, self.awaited)
        case .bulk: try await self.sending(tasks, self.bulk)
        case .latency: try await self.latency(tasks)
        }
    }

    private func awaited(_ tasks: BenchTasks) async throws {
        for _ in 0..<self.count {
            try await tasks.add.delay(2, 2)
        }
    }

    private func bulk(_ tasks: BenchTasks) async throws {
        for start in stride(from: 0, to: self.count, by: Self.batchSize) {
            let size = min(Self.batchSize, self.count - start)
            try await tasks.add.apply(contentsOf: repeatElement((2, 2), count: size))
        }
    }

    /// Times a loop; the first task, which waits for the connection, is sent before.
    private func sending(_ tasks: BenchTasks, _ loop: (BenchTasks) async throws -> Void) async throws -> String {
        try await tasks.add.delay(2, 2)
        let cpu = ProcessorClock.now
        let begin = ContinuousClock.now
        try await loop(tasks)
        let spent = begin.duration(to: .now) / .seconds(1)
        return #"{"seconds": \#(spent), "cpu": \#(ProcessorClock.now - cpu)}"#
    }

    /// For each task the moments of sending, of its beginning, and of the result's arrival.
    private func latency(_ tasks: BenchTasks) async throws -> String {
        // Both sides have their connections, and have done everything once.
        for _ in 0..<20 { _ = try await tasks.begin.delay().get() }
        var moments: [[Double]] = []
        for _ in 0..<self.count {
            try await Task.sleep(for: Self.gap)
            let sent = WallClock.now
            let began = try await tasks.begin.delay().get()
            moments.append([sent, began, WallClock.now])
        }
        return #"{"moments": \#(moments)}"#
    }
}
