import CeleryProtocol
import Testing

@testable import TaskBroker

/// What is known of a fleet, and what it means.
struct FleetCheckTests {
    private static func python(
        _ node: String = "celery@py",
        version: String = "5.7.0",
        _ settings: JSONValue = [:]
    ) -> NodeFacts {
        NodeFacts(node: node, software: "celery", version: version, settings: settings, queues: ["celery"])
    }

    private static func worker(_ node: String = "celery@a") -> WorkerRecord {
        WorkerRecord(node: node, pid: 1, queues: ["q"], concurrency: 4, started: 0, seen: 0)
    }

    private static func found(_ facts: FleetFacts, _ check: String) -> [Severity] {
        FleetChecks.findings(facts).filter { $0.check == check }.map(\.severity)
    }

    private static func queue(
        _ name: String,
        consumers: [String] = [],
        _ change: (inout QueueContents) -> Void
    ) -> QueueReport {
        var contents = QueueContents()
        change(&contents)
        return QueueReport(name: name, contents: contents, consumers: consumers)
    }

    @Test func `a fleet without workers is worth a warning`() {
        #expect(Self.found(FleetFacts(), "workers") == [.warning])
        var facts = FleetFacts()
        facts.workers = [Self.worker()]
        #expect(Self.found(facts, "workers") == [.ok])
        #expect(Self.found(facts, "control") == [.notice], "it does not answer")
        facts.nodes = [NodeFacts(node: "celery@a", software: Software.identifier, version: "0.1.0")]
        #expect(Self.found(facts, "control").isEmpty)
        facts.isLoopback = false
        #expect(Self.found(facts, "control") == [.notice], "nobody could sign")
    }

    @Test func `queues are looked at for what waits and who serves it`() {
        var facts = FleetFacts()
        facts.nodes = [Self.python()]
        facts.queues = [
            Self.queue("q", consumers: ["celery@a"]) { $0.waiting = [0: 5] },
            Self.queue("celery") { $0.waiting = [0: 5] },
        ]
        #expect(Self.found(facts, "queues").isEmpty)
        facts.queues += [
            Self.queue("nobody") { $0.waiting = [3: 1] }, Self.queue("paused") { $0.isPaused = true },
            Self.queue("parked") { $0.parked = 2 }, Self.queue("dead") { $0.dead = 3 },
        ]
        #expect(Self.found(facts, "queues") == [.warning, .notice, .warning])
        #expect(Self.found(facts, "dead letters") == [.notice])
    }

    @Test func `versions of one kind should be one`() {
        var facts = FleetFacts()
        facts.nodes = [Self.python("celery@1"), Self.python("celery@2")]
        #expect(Self.found(facts, "versions") == [.ok])
        facts.nodes.append(Self.python("celery@3", version: "5.4.0"))
        #expect(Self.found(facts, "versions") == [.warning])
    }

    @Test func `the report of a worker of Celery is read`() {
        let text =
            "\nsoftware -> celery:5.7.0 (recovery) kombu:5.7.0 py:3.13.5\n  billiard:4 redis:7\nplatform -> system:Linux\n"
        let node = NodeFacts(node: "celery@a", report: ["ok": .string(text)], conf: nil, queues: [["name": "q"], 7])
        #expect(node.software == "celery" && node.version == "5.7.0" && node.queues == ["q"])
        let silent = NodeFacts(node: "celery@b", report: 7, conf: "x", queues: nil)
        #expect(silent.software.isEmpty && silent.visibilityTimeout == 3600)
    }

    @Test func `visibility timeouts should be one, and long`() {
        func facts(_ timeouts: JSONValue...) -> FleetFacts {
            var facts = FleetFacts()
            facts.nodes = timeouts.enumerated().map { index, timeout in
                Self.python("celery@\(index)", ["broker_transport_options": ["visibility_timeout": timeout]])
            }
            return facts
        }
        let check = "visibility timeout"
        #expect(Self.found(FleetFacts(), check).isEmpty)
        #expect(Self.found(facts(3600, .null), check) == [.ok])
        #expect(Self.found(facts(3600, 7200), check) == [.warning])
        #expect(Self.found(facts(60), check) == [.warning])
    }

    @Test(
        arguments: [
            ("transport", ["broker_transport_options": ["global_keyprefix": "x:"]], Severity.problem),
            ("transport", ["broker_transport_options": ["priority_steps": [0, 5]]], .problem),
            ("transport", ["broker_transport_options": ["sep": ":"]], .problem),
            ("serializer", ["task_serializer": "pickle"], .warning),
            ("acknowledgement", ["task_acks_late": false], .notice),
            ("chords", ["result_backend_transport_options": ["result_chord_ordered": false]], .problem),
        ] as [(String, JSONValue, Severity)]
    )
    func `settings that set a Python worker apart are found`(
        check: String,
        settings: JSONValue,
        severity: Severity
    ) throws {
        var facts = FleetFacts()
        facts.nodes = [Self.python("celery@odd", settings), Self.python("celery@even")]
        let finding = try #require(FleetChecks.findings(facts).first { $0.check == check })
        #expect(finding.severity == severity && finding.subject == "celery@odd")
    }

    @Test func `kombu's defaults set nobody apart`() {
        let options: JSONValue = ["priority_steps": [0, 3, 6, 9], "global_keyprefix": "", "sep": "\u{6}\u{16}"]
        var facts = FleetFacts()
        facts.nodes = [Self.python("celery@a", ["broker_transport_options": options, "task_serializer": "json"])]
        #expect(FleetChecks.findings(facts).allSatisfy { $0.severity == .ok })
    }

    @Test func `messages of Python workers that have gone are told from those that are at work`() {
        var facts = FleetFacts()
        facts.unacknowledged = UnacknowledgedFacts(count: 2, oldest: 10)
        #expect(Self.found(facts, "unacknowledged") == [.notice], "nobody answers")
        facts.nodes = [Self.python()]
        #expect(Self.found(facts, "unacknowledged") == [.ok])
        facts.unacknowledged.oldest = 4000
        #expect(Self.found(facts, "unacknowledged") == [.warning])
    }
}
