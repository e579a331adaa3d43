import TaskBrokerCLI

/// The worker and the producer that scripts/bench measures: every command of TaskBroker, with the tasks of the comparison.
///
/// `taskctl` would do as a worker, but its sample app stores extended results, which no peer does.
@main
struct BenchApp {
    static func main() async {
        await CommandTree("bench-app", commands: [ProduceCommand.self]) { environment in
            try BenchTasks.app(environment.broker, logger: environment.logger)
        }
        .main()
    }
}
