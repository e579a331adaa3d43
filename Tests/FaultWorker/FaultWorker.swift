import TaskBroker
import TaskBrokerCLI

/// The workers of the fault suite: every command of TaskBroker, with tasks that leave traces.
@main
struct FaultWorker {
    static func main() async {
        await CommandTree("fault-worker") { environment in
            let queues: [Queue] = [
                "work", "hot", "cold", Queue("narrow", maxLength: 2),
                Queue("patient", maxLength: 1, onFull: .block(.seconds(60))),
                Queue("impatient", maxLength: 1, onFull: .block(.milliseconds(300))),
            ]
            let app = try TaskApp(environment, configuration: TaskAppConfiguration(queues: queues))
            let effects = try EffectFile()
            FaultTasks.define(in: app, writingTo: effects)
            FaultTasks.defineValues(in: app, writingTo: effects)
            return app
        }
        .main()
    }
}
