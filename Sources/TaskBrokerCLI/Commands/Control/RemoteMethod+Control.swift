extension RemoteMethod {
    /// The methods of `control`, with the argument forms of `celery control`.
    static let controls: [RemoteMethod] = [
        RemoteMethod(
            name: "add_consumer",
            kind: .control,
            usage: "<queue> [exchange [type [routing_key]]]",
            help: "Take from another queue.",
            parameters: [
                Parameter(name: "queue", form: .text, isRequired: true), Parameter(name: "exchange", form: .text),
                Parameter(name: "exchange_type", form: .text), Parameter(name: "routing_key", form: .text),
            ]
        ),
        RemoteMethod(
            name: "autoscale",
            kind: .control,
            usage: "[max [min]]",
            help: "Change the bounds of automatic scaling.",
            parameters: [Parameter(name: "max", form: .integer), Parameter(name: "min", form: .integer)]
        ),
        RemoteMethod(
            name: "cancel_consumer",
            kind: .control,
            usage: "<queue>",
            help: "Take nothing more from a queue.",
            parameters: [Parameter(name: "queue", form: .text, isRequired: true)],
            deed: "stop taking from the queue"
        ),
        RemoteMethod(name: "disable_events", kind: .control, help: "Send no more events about tasks."),
        RemoteMethod(
            name: "election",
            kind: .control,
            usage: "--kwargs '{\"id\": …, \"topic\": …, \"action\": …}'",
            help: "Elect one worker to run an action."
        ),
        RemoteMethod(name: "enable_events", kind: .control, help: "Send events about tasks, for 'events' and Flower."),
        RemoteMethod(name: "heartbeat", kind: .control, help: "Say now that they are alive, on the events' channel."),
        RemoteMethod(
            name: "pool_grow",
            kind: .control,
            usage: "[n=1]",
            help: "Run n more tasks at once.",
            parameters: [Parameter(name: "n", form: .integer)]
        ),
        RemoteMethod(
            name: "pool_restart",
            kind: .control,
            help: "Replace the processes that run tasks.",
            deed: "restart the pool"
        ),
        RemoteMethod(
            name: "pool_shrink",
            kind: .control,
            usage: "[n=1]",
            help: "Run n fewer tasks at once.",
            parameters: [Parameter(name: "n", form: .integer)]
        ),
        RemoteMethod(
            name: "rate_limit",
            kind: .control,
            usage: "<task> <rate>",
            help: "Start a task at most so often: 10/s, 100/m, 5/h; 0 for no limit.",
            parameters: [
                Parameter(name: "task_name", form: .text, isRequired: true),
                Parameter(name: "rate_limit", form: .text, isRequired: true),
            ]
        ),
        RemoteMethod(
            name: "revoke",
            kind: .control,
            usage: "<id> [id …]",
            help: "Do not run these tasks.",
            rest: .list("task_id")
        ),
        RemoteMethod(
            name: "revoke_by_stamped_headers",
            kind: .control,
            usage: "<key=value> [key=value …]",
            help: "Run no task with such a stamp.",
            rest: .pairs("headers"),
            deed: "revoke all tasks with these stamps"
        ),
        RemoteMethod(
            name: "shutdown",
            kind: .control,
            help: "End, after finishing the running tasks.",
            deed: "shut down"
        ),
        RemoteMethod(
            name: "terminate",
            kind: .control,
            usage: "<signal> <id> [id …]",
            help: "Do not run these tasks, and stop them if they run.",
            parameters: [Parameter(name: "signal", form: .text, isRequired: true)],
            rest: .list("task_id")
        ),
        RemoteMethod(
            name: "time_limit",
            kind: .control,
            usage: "<task> <soft> [hard]",
            help: "Limit the seconds that a task may run.",
            parameters: [
                Parameter(name: "task_name", form: .text, isRequired: true),
                Parameter(name: "soft", form: .number, isRequired: true), Parameter(name: "hard", form: .number),
            ]
        ),
    ]
}
