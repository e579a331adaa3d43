import CeleryProtocol

extension RemoteMethod {
    /// The methods of `control`, with the argument forms of `celery control`.
    static let controls: [RemoteMethod] = [
        RemoteMethod(
            name: "add_consumer",
            kind: .control,
            usage: "<queue> [exchange [type [routing_key]]]",
            help: "Take from another queue.",
            parameters: [
                Parameter(.queue, .text, isRequired: true), Parameter(.exchange, .text),
                Parameter(.exchangeType, .text), Parameter(.routingKey, .text),
            ]
        ),
        RemoteMethod(
            name: "autoscale",
            kind: .control,
            usage: "[max [min]]",
            help: "Change the bounds of automatic scaling.",
            parameters: [Parameter(.max, .integer), Parameter(.min, .integer)]
        ),
        RemoteMethod(
            name: "cancel_consumer",
            kind: .control,
            usage: "<queue>",
            help: "Take nothing more from a queue.",
            parameters: [Parameter(.queue, .text, isRequired: true)],
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
        RemoteMethod(name: "heartbeat", kind: .control, help: "Say now, as an event, that they are alive."),
        RemoteMethod(
            name: "pool_grow",
            kind: .control,
            usage: "[n=1]",
            help: "Run n more tasks at once.",
            parameters: [Parameter(.count, .integer)]
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
            parameters: [Parameter(.count, .integer)]
        ),
        RemoteMethod(
            name: "rate_limit",
            kind: .control,
            usage: "<task> <rate>",
            help: "Start a task at most 10/s, 100/m, 5/h; 0: no limit.",
            parameters: [
                Parameter(.taskName, .text, isRequired: true),
                Parameter(.rateLimit, .text, isRequired: true),
            ]
        ),
        RemoteMethod(
            name: "revoke",
            kind: .control,
            usage: "<id> [id …]",
            help: "Do not run these tasks.",
            rest: .list(.taskID)
        ),
        RemoteMethod(
            name: "revoke_by_stamped_headers",
            kind: .control,
            usage: "<key=value> [key=value …]",
            help: "Run no task with such a stamp.",
            rest: .pairs(.headers),
            deed: "revoke all tasks with these stamps"
        ),
        RemoteMethod(
            name: "shutdown",
            kind: .control,
            help: "End, after finishing the running tasks.",
            deed: "shut down",
            isAnswered: false
        ),
        RemoteMethod(
            name: "terminate",
            kind: .control,
            usage: "<signal> <id> [id …]",
            help: "Do not run these tasks, and stop them if they run.",
            parameters: [Parameter(.signal, .text, isRequired: true)],
            rest: .list(.taskID)
        ),
        RemoteMethod(
            name: "time_limit",
            kind: .control,
            usage: "<task> <soft> [hard]",
            help: "Limit the seconds that a task may run.",
            parameters: [
                Parameter(.taskName, .text, isRequired: true),
                Parameter(.soft, .number, isRequired: true), Parameter(.hard, .number),
            ]
        ),
    ]
}
