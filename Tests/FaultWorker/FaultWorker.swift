import TaskBroker
import TaskBrokerCLI

/// The workers of the fault suite: every command of TaskBroker, with tasks that leave traces.
@main
struct FaultWorker {
    static func main() async {
        await CommandTree("fault-worker") { environment in
            let app = try TaskApp(environment, configuration: TaskAppConfiguration(queues: ["work", "hot", "cold"]))
            FaultTasks.define(in: app, writingTo: try EffectFile())
            return app
        }
        .main()
    }
}
