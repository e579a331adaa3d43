import TaskBroker
import TaskBrokerCLI

/// The app of `taskctl`: small tasks for trying things, and a crawler.
///
/// The queues are those of three machines that share a crawl: each task has a queue of its own, so that `-Q` and `-c` decide
/// which machine does what, and how much of it at once.
enum SampleApp {
    static let queues: [Queue] = [
        "celery",
        Queue("login", exchange: .direct("login"), routingKey: "for_login"),
        Queue("user", exchange: .direct("user_info"), routingKey: "for_user_info"),
        Queue("fans", exchange: .direct("fans_followers"), routingKey: "for_fans_followers"),
    ]

    static let routes: [Route] = [
        .task("tasks.login", queue: "login"),
        .task("tasks.user", queue: "user"),
        .task("tasks.fans", queue: "fans"),
    ]

    /// Makes the app with its tasks.
    static func make(_ environment: CommandEnvironment) throws -> TaskApp {
        let app = try TaskApp(
            environment,
            configuration: TaskAppConfiguration(queues: Self.queues, routes: Self.routes, resultExtended: true)
        )
        Self.defineTrials(in: app)
        Self.defineCrash(in: app)
        Crawler(app: app).define()
        return app
    }
}
