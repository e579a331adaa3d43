import Logging
import TaskBroker

extension Worker {
    /// Creates a worker for a program's own tasks and the commands of a file.
    ///
    /// Without queues of its own it takes from those of the app and of the file.
    convenience init(
        _ app: TaskApp,
        configuration: WorkerConfiguration,
        commands: TaskFile?,
        hostOutput: @escaping @Sendable (String) -> Void
    ) throws {
        guard let commands else {
            try self.init(app, configuration: configuration, taskLogLevel: .info, hostOutput: hostOutput)
            return
        }
        var configuration = configuration
        configuration.queues = configuration.queues ?? app.router.queues.map(\.name) + commands.queues
        try self.init(
            app,
            configuration: configuration,
            taskLogLevel: .info,
            hostOutput: hostOutput,
            surroundHost: {
                CommandHost(commands.tasks, beside: $0, guardian: CommandGuardian(), logger: app.logger)
            }
        )
    }
}
