import CeleryProtocol
import Logging
import TaskBrokerTesting
import Testing

@testable import TaskBroker

/// The larger answers: tasks, statistics, queues, settings.
struct ControlReportTests {
    let app = TaskApp.inMemory(configuration: .init(queues: ["login"], resultExtended: true))
    let worker = FakeWorker()

    private func ask(_ method: String, _ arguments: [String: JSONValue] = [:]) async -> JSONValue? {
        await ControlServer(app: self.app, worker: self.worker, policy: .all, logger: ControlCommandTests.logger)
            .answer(to: ControlRequest(method, arguments: arguments))
    }

    private static func info(
        _ id: String,
        name: String = "cap.sleep",
        args: JSONValue,
        kwargs: JSONValue = [:],
        started: JSONValue = nil,
        pid: JSONValue = nil
    ) -> JSONValue {
        [
            "id": .string(id), "name": .string(name), "args": args, "kwargs": kwargs, "type": "cap.sleep",
            "hostname": "w1@cap", "time_start": started, "acknowledged": false,
            "delivery_info": ["exchange": "", "routing_key": "celery", "priority": 0, "redelivered": false],
            "worker_pid": pid,
        ]
    }

    private func hold() {
        self.worker.change { state in
            state.status.running = [
                HeldTask(
                    "cap.sleep",
                    id: "a",
                    args: [61],
                    started: Timestamp(microseconds: 1_795_227_685_530_916),
                    pid: 7234
                ),
                // Nobody can read it, and it belongs to no task.
                HeldTask(raw: Array("nonsense".utf8), queue: "celery"),
            ]
            state.status.reserved = [HeldTask("cap.sleep", id: "b", args: ["x"], shadow: "nap")]
            state.scheduled = [
                HeldTask("cap.sleep", id: "c", eta: Timestamp(iso8601: "2026-11-21T02:31:25.526510+00:00"))
            ]
        }
    }

    @Test func `tasks are shown as Celery shows them`() async {
        self.hold()
        let running = Self.info("a", args: [61], started: 1_795_227_685.530916, pid: 7234)
        let reserved = Self.info("b", name: "nap", args: ["x"])
        let scheduled = Self.info("c", args: [])
        #expect(await self.ask("active") == [running])
        #expect(await self.ask("dump_active", ["safe": nil]) == [running])
        #expect(await self.ask("reserved") == [reserved])
        #expect(
            await self.ask("scheduled")
                == [["eta": "2026-11-21T02:31:25.526510+00:00", "priority": 6, "request": scheduled]]
        )
        #expect(
            await self.ask("query_task", ["ids": ["a", "c", "unknown"]])
                == ["a": ["active", running], "c": ["scheduled", scheduled]]
        )
        #expect(await self.ask("query_task", ["ids": "b"]) == ["b": ["reserved", reserved]])
    }

    @Test func `arguments are texts where that is asked for, and where they are large`() async {
        self.hold()
        let safe = Self.info("a", args: "(61,)", kwargs: "{}", started: 1_795_227_685.530916, pid: 7234)
        #expect(await self.ask("active", ["safe": true]) == [safe])

        let large = HeldTask("cap.sleep", id: "l", args: [.string(String(repeating: "x", count: 100_000))])
        self.worker.change { $0.status.running = [large] }
        let text = await self.ask("active")?[0]?["args"]?.stringValue
        #expect((text?.count).map { 1000...1100 ~= $0 } == true)
    }

    @Test func `statistics have what Flower reads`() async throws {
        self.worker.change { $0.status.accepted = ["cap.sleep": 2] }
        let stats = try #require(await self.ask("stats"))
        #expect(stats["total"] == ["cap.sleep": 2])
        #expect(stats["pid"] == 7232)
        #expect(stats["clock"] == "0")
        #expect((stats["uptime"]?.integerValue).map { $0 >= 0 } == true)
        #expect(stats["prefetch_count"] == 2)
        #expect(stats["pool"]?["max-concurrency"] == 2)
        #expect(stats["pool"]?["processes"] == [7234])
        #expect(stats["pool"]?["timeouts"] == [0, 0])
        #expect(stats["broker"]?["transport"] == "memory")
        #expect((stats["rusage"]?["utime"]?.doubleValue).map { $0 > 0 } == true)
        #expect((stats["rusage"]?["maxrss"]?.integerValue).map { $0 > 0 } == true)
        #expect(stats["autoscaler"] == nil)
        // The members that Celery 5.7 sends.
        #expect(
            stats.objectValue?.keys.sorted()
                == ["broker", "clock", "pid", "pool", "prefetch_count", "rusage", "total", "uptime"]
        )
    }

    @Test func `queues are shown as kombu shows them`() async {
        self.worker.change {
            $0.status.queues = [Queue("images", exchange: .topic("media"), routingKey: "a.*", maxPriority: 9)]
        }
        let exchange: JSONValue = [
            "name": "media", "type": "topic", "arguments": nil, "durable": true, "passive": false, "auto_delete": false,
            "delivery_mode": nil, "no_declare": false,
        ]
        let queue: JSONValue = [
            "name": "images", "exchange": exchange, "routing_key": "a.*", "queue_arguments": nil,
            "binding_arguments": nil, "consumer_arguments": nil, "durable": true, "exclusive": false,
            "auto_delete": false, "no_ack": false, "alias": nil, "bindings": [], "no_declare": nil, "expires": nil,
            "message_ttl": nil, "max_length": nil, "max_length_bytes": nil, "max_priority": 9,
        ]
        #expect(await self.ask("active_queues") == [queue])
    }

    @Test func `settings are those of the list, defaults only if they are asked for`() async throws {
        let some = try #require(await self.ask("conf")?.objectValue)
        #expect(some["broker_url"] == "memory://")
        #expect(some["task_queues"] == ["login"])
        #expect(some["result_extended"] == true)
        #expect(some["task_default_queue"] == nil)
        let all = try #require(await self.ask("dump_conf", ["with_defaults": true])?.objectValue)
        #expect(all["task_default_queue"] == "celery")
        #expect(all["result_expires"] == 86_400.0)
        #expect(Set(all.keys) == Set(SettingName.allCases.map(\.rawValue)))

        let report = try #require(await self.ask("report")?["ok"]?.stringValue)
        #expect(report.hasPrefix("\nsoftware -> swift-taskbroker:"))
        #expect(report.contains("\nsettings -> transport:memory results:memory://\n\n"))
        #expect(report.contains("\nresult_extended: True\n"))
        #expect(report.contains("\nbroker_url: 'memory://'\n"))
    }
}
