import TaskBroker
import TaskBrokerCLI

/// The workers of the fault suite: every command of TaskBroker, with tasks that leave traces.
@main
struct FaultWorker {
    static func main() async {
        await CommandTree("fault-worker") { environment in
            let app = try TaskApp(environment, configuration: TaskAppConfiguration(queues: ["work", "hot", "cold"]))
            let effects = try EffectFile()
            FaultTasks.define(in: app, writingTo: effects)
            FaultTasks.defineValues(in: app, writingTo: effects)
            return app
        }
        .main()
    }
}
