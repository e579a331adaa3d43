import Logging
import TaskBroker

extension Worker {
    /// Creates a worker for a program's own tasks and the commands of a file.
    ///
    /// Without queues of its own it takes from those of the app and of the file.
    ///
    /// - Parameter hostOutput: Takes the lines that the processes of the program's own tasks write.
    convenience init(
        _ app: TaskApp,
        configuration: WorkerConfiguration,
        commands: TaskFile?,
        hostOutput: @escaping @Sendable (String) -> Void
    ) throws {
        var configuration = configuration
        if let commands {
            configuration.queues = configuration.queues ?? app.router.queues.map(\.name) + commands.queues
        }
        try self.init(app, configuration: configuration, taskLogLevel: .info, hostOutput: hostOutput) { host in
            guard let commands else { return host }
            return CommandHost(commands.tasks, beside: host, guardian: CommandGuardian(), logger: app.logger)
        }
    }
}
