import Logging
import TaskBroker

/// The tasks that every system of the comparison runs; those of the peers are in `Benchmarks/peers`.
struct BenchTasks {
    let app: TaskApp
    let add: TaskDefinition<(Int, Int), Int>
    let begin: TaskDefinition<(), Double>

    /// Defines the tasks in a new app.
    init(_ broker: Endpoint, logger: Logger) throws {
        self.app = try TaskApp(broker: broker, configuration: .init(defaultQueue: "bench"), logger: logger)
        self.add = self.app.task("tasks.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x &+ y }
        // The moment at which its body began, so that the producer can tell the way there from the way back.
        self.begin = self.app.task("tasks.begin") { () -> Double in WallClock.now }
        self.app.task("tasks.length", parameters: ["payload"]) { (payload: String) in payload.utf8.count }
        self.app.task("tasks.sleep", parameters: ["seconds"]) { (seconds: Double) in
            try await Task.sleep(for: .seconds(min(max(seconds, 0), 60)))
            return seconds
        }
    }

    /// The app alone, for a worker.
    static func app(_ broker: Endpoint, logger: Logger) throws -> TaskApp {
        try Self(broker, logger: logger).app
    }
}
