import CeleryProtocol

extension RemoteMethod {
    /// The methods of `inspect`, with the argument forms of `celery inspect`.
    static let inspections: [RemoteMethod] = [
        RemoteMethod(name: "active", kind: .inspect, help: "The tasks that run.", aliases: ["dump_active"]),
        RemoteMethod(name: "active_queues", kind: .inspect, help: "The queues that they take from."),
        RemoteMethod(name: "clock", kind: .inspect, help: "The logical clock."),
        RemoteMethod(
            name: "conf",
            kind: .inspect,
            usage: "[defaults=no]",
            help: "The settings, without secrets.",
            parameters: [Parameter(.withDefaults, .flag)],
            aliases: ["dump_conf"]
        ),
        RemoteMethod(
            name: "memdump",
            kind: .inspect,
            usage: "[samples=10]",
            help: "What earlier memsamples measured.",
            parameters: [Parameter(.samples, .integer)]
        ),
        RemoteMethod(name: "memsample", kind: .inspect, help: "Measure the memory now."),
        RemoteMethod(
            name: "objgraph",
            kind: .inspect,
            usage: "[type [num [max_depth]]]",
            help: "Draw objects that are not freed; Python only.",
            parameters: [
                Parameter(.type, .text), Parameter(.number, .integer),
                Parameter(.maxDepth, .integer),
            ]
        ),
        RemoteMethod(name: "ping", kind: .inspect, help: "Which workers answer."),
        RemoteMethod(
            name: "query_task",
            kind: .inspect,
            usage: "<id> [id …]",
            help: "What they know of these tasks.",
            rest: .list(.ids)
        ),
        RemoteMethod(
            name: "registered",
            kind: .inspect,
            usage: "[attribute …]",
            help: "The tasks that they can run; rate_limit, …",
            rest: .list(.taskInfoItems, isRequired: false),
            aliases: ["dump_tasks", "registered_tasks"]
        ),
        RemoteMethod(name: "report", kind: .inspect, help: "Software and settings, for bug reports."),
        RemoteMethod(
            name: "reserved",
            kind: .inspect,
            help: "The tasks that wait there for a free slot.",
            aliases: ["dump_reserved"]
        ),
        RemoteMethod(
            name: "revoked",
            kind: .inspect,
            help: "The ids of revoked tasks.",
            aliases: ["dump_revoked"]
        ),
        RemoteMethod(
            name: "scheduled",
            kind: .inspect,
            help: "The tasks that wait for their time.",
            aliases: ["dump_schedule"]
        ),
        RemoteMethod(name: "stats", kind: .inspect, help: "Counters, pool, broker and resources."),
    ]
}
