import CeleryProtocol
import TaskBroker
import Testing

/// What a monitor believes after events in any order.
struct ClusterStateTests {
    static func stamp(_ node: String = "w@h", at timestamp: Double = 1) -> EventStamp {
        EventStamp(hostname: node, pid: 7, utcoffset: 0, clock: 1, timestamp: timestamp)
    }

    static let headers = TaskHeaders(task: "tasks.add", id: "t", retries: 2, argsrepr: "(1, 2)", kwargsrepr: "{}")

    static let error = ExceptionDocument(type: "E", message: ["x"], module: nil)

    /// The events of one task, by the letter that stands for them in the table below.
    static let events: [Character: EventDocument] = [
        "p": .taskSent(stamp("gen1@h"), headers, queue: "q", exchange: "", routingKey: "q"),
        "r": .taskReceived(stamp(), headers),
        "s": .taskStarted(stamp(), id: "t"),
        "+": .taskSucceeded(stamp(), id: "t", result: 3, runtime: 0.5),
        "-": .taskFailed(stamp(), id: "t", error, traceback: nil),
        "~": .taskRetried(stamp(), id: "t", cause: error, traceback: nil),
        "x": .taskRevoked(stamp(), id: "t", isTerminated: false, signal: nil, isExpired: true),
        "j": .taskRejected(stamp(), id: "t", requeue: true),
        "m": .custom("task-milestone", stamp(), id: "t", fields: ["step": 1]),
    ]

    /// What Celery 5.7's `events.state.Task` makes of the same sequences.
    @Test(arguments: [
        ("p", "PENDING"), ("pr", "RECEIVED"), ("prs", "STARTED"), ("prs+", "SUCCESS"), ("prs-", "FAILURE"),
        ("+srp", "SUCCESS"), ("-rs", "FAILURE"), ("rs~", "RETRY"), ("rs~r", "RECEIVED"), ("rs~rs+", "SUCCESS"),
        ("x", "REVOKED"), ("rx", "REVOKED"), ("xr", "REVOKED"), ("rj", "RECEIVED"), ("rsj", "STARTED"),
        ("rsm", "MILESTONE"), ("rsm+", "SUCCESS"), ("rs+m", "SUCCESS"), ("rs+~", "RETRY"),
    ])
    func `a task's state follows Celery's rules`(sequence: String, state: String) throws {
        var cluster = ClusterState()
        for letter in sequence { cluster.apply(try #require(Self.events[letter]), received: 1) }
        let task = try #require(cluster.task("t"))
        #expect(task.state.rawValue == state)
        #expect(cluster.eventCount == sequence.count)
        if sequence.contains(where: { "pr".contains($0) }) {
            #expect(task.name == "tasks.add" && task.args == "(1, 2)" && task.kwargs == "{}" && task.retries == 2)
        } else {
            #expect(task.name == nil)
        }
        #expect(task.worker == (sequence == "p" ? nil : "w@h"))
        #expect(task.runtime == (sequence.contains("+") ? 0.5 : nil))
        #expect(task.result == (sequence.contains("+") ? "3" : nil))
        #expect(task.exception == (sequence.contains { "-~".contains($0) } ? "E('x')" : nil))
    }

    @Test(
        arguments: [
            (["worker-online"], 3.9, true), (["worker-online"], 4.1, false), (["worker-heartbeat"], 3.9, true),
            (["worker-online", "worker-offline"], 0.1, false), (["worker-offline", "worker-heartbeat"], 0.1, true),
            (["task-started"], 0.1, false), ([], 0, false),
        ] as [([EventType], Double, Bool)]
    )
    func `a worker is alive for twice its frequency`(types: [EventType], silence: Double, isAlive: Bool) {
        var cluster = ClusterState()
        for type in types {
            // The sender's clock is an hour behind, which does not matter.
            let event = EventDocument(
                type,
                hostname: "w@h",
                timestamp: 100 - 3_600,
                fields: ["freq": 2.0, "uuid": "t"]
            )
            cluster.apply(event, received: 100)
        }
        #expect(cluster.aliveWorkers(now: 100 + silence).map(\.node) == (isAlive ? ["w@h"] : []))
    }

    @Test func `a heartbeat tells how a worker is, and one that was asked for does not untell it`() throws {
        var cluster = ClusterState()
        let vitals = WorkerVitals(
            active: 3,
            processed: 40,
            loadAverage: [1, 2, 3],
            software: "py-celery",
            version: "5.7.0",
            system: "Linux"
        )
        cluster.apply(.workerHeartbeat(Self.stamp(), vitals, frequency: 2), received: 10)
        cluster.apply(EventDocument(.workerHeartbeat, hostname: "w@h", timestamp: 1, fields: ["freq": 5]), received: 11)
        let worker = try #require(cluster.workers["w@h"])
        #expect(worker.active == 3 && worker.processed == 40 && worker.loadAverage == [1, 2, 3])
        #expect(worker.software == "py-celery 5.7.0" && worker.pid == 7)
        #expect(worker.frequency == 5 && worker.lastHeartbeat == 11)
    }

    @Test func `the tasks seen first are forgotten first`() {
        var cluster = ClusterState(maximumTasks: 3)
        for id in ["a", "b", "c", "a", "d", "e"] { cluster.apply(.taskStarted(Self.stamp(), id: id), received: 1) }
        #expect(cluster.tasksInOrder.map(\.id) == ["c", "d", "e"])
        #expect(cluster.taskCount == 3)
        #expect(cluster.task("a") == nil)
    }

    @Test func `the workers heard of longest ago are forgotten first`() {
        var cluster = ClusterState(maximumWorkers: 2)
        for (second, node) in ["a", "b", "a", "c"].enumerated() {
            let event = EventDocument(.workerOnline, hostname: node, timestamp: 0, fields: ["freq": 60])
            cluster.apply(event, received: Double(second))
        }
        #expect(cluster.aliveWorkers(now: 4).map(\.node) == ["a", "c"])
    }

    @Test func `nobody's events fill the memory`() {
        var cluster = ClusterState()
        let long = String(repeating: "x", count: 100_000)
        var headers = TaskHeaders(task: long, id: "t")
        headers.argsrepr = long
        cluster.apply(
            EventDocument(
                .taskReceived,
                hostname: "h",
                timestamp: 1,
                fields: [
                    "uuid": "t", "name": .string(long), "result": .string(long),
                ]
            ),
            received: 1
        )
        #expect(cluster.task("t")?.name?.count == 1_024)
        #expect(cluster.task("t")?.result?.count == 1_024)
        for id in [long, "", "a\u{1B}"] {
            cluster.apply(
                EventDocument(.taskReceived, hostname: "h", timestamp: 1, fields: ["uuid": .string(id)]),
                received: 1
            )
        }
        for _ in 0..<3 { cluster.apply(EventDocument("other-thing", hostname: "h", timestamp: 1), received: 1) }
        #expect(cluster.taskCount == 1)
        #expect(cluster.workers.isEmpty)
    }
}
