import TaskBroker

/// Where a message goes.
func routingBenchmarks(_ suite: inout Suite) throws {
    let router = Router(
        queues: ["celery", Queue("login", exchange: .direct("login"), routingKey: "for_login"), "images", "mail"],
        routes: [
            .task("tasks.login", queue: "login"),
            .tasks("images.*", queue: "images"),
            .tasks("mail.*", queue: "mail"),
        ]
    )
    suite.measure("Routing: by the task's name") {
        blackHole(try router.destination(task: "tasks.login", options: .init()))
    }
    suite.measure("Routing: by the third pattern") {
        blackHole(try router.destination(task: "mail.send", options: .init()))
    }
    suite.measure("Routing: to the default queue") {
        blackHole(try router.destination(task: "tasks.add", options: .init()))
    }
}
