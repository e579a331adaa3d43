import Glibc
import Logging
import TaskBroker

/// A producer for scripts/bench: sends `tasks.add(2, 2)` and prints the seconds and the processor time that took.
///
/// Usage: `Producer awaited|bulk URL COUNT`
let words = CommandLine.arguments
guard words.count == 4, let mode = Mode(rawValue: words[1]), let count = Int(words[3]), count > 0 else {
    print("usage: Producer awaited|bulk URL COUNT")
    exit(64)
}
let app = try TaskApp(
    broker: .redis(words[2]),
    configuration: .init(defaultQueue: "bench"),
    logger: Logger(label: "producer") { StreamLogHandler.standardError(label: $0) }
)
let add = app.task("tasks.add") { (x: Int, y: Int) in x + y }
let spent = try await app.run { _ in
    // The first one waits for the connection.
    try await add.delay(2, 2)
    let cpu = processorTime()
    let begin = ContinuousClock.now
    try await mode.send(add, count)
    return (seconds: begin.duration(to: .now) / .seconds(1), cpu: (processorTime() - cpu) / .seconds(1))
}
print(#"{"seconds": \#(spent.seconds), "cpu": \#(spent.cpu)}"#)

/// How tasks are sent.
enum Mode: String {
    /// One after the other, each awaited.
    case awaited
    /// 500 in one pipeline.
    case bulk

    func send(_ task: TaskDefinition<(Int, Int), Int>, _ count: Int) async throws {
        switch self {
        case .awaited:
            for _ in 0..<count {
                try await task.delay(2, 2)
            }
        case .bulk:
            for start in stride(from: 0, to: count, by: 500) {
                try await task.apply(contentsOf: repeatElement((2, 2), count: min(500, count - start)))
            }
        }
    }
}

/// User and system time of this process.
func processorTime() -> Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
