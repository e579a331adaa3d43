import CeleryProtocol
import TaskBroker
import Testing

@testable import TaskBrokerCLI

/// One line for each event.
struct EventFormatTests {
    static let stamp = EventStamp(hostname: "w@h", pid: 1, utcoffset: 0, clock: 1, timestamp: 1_795_230_735.25)
    static let headers = TaskHeaders(task: "tasks.add", id: "i", retries: 1, argsrepr: "(1,)", kwargsrepr: "{}")
    static let error = ExceptionDocument(type: "E", message: ["it\nbroke"], module: nil)
    static let vitals = WorkerVitals(
        active: 1,
        processed: 20,
        loadAverage: [0.5, 1, 2.25],
        software: "py-celery",
        version: "5.7.0",
        system: "Linux"
    )

    @Test(
        arguments: [
            (.taskSent(stamp, headers, queue: "q", exchange: "", routingKey: "q"), "(1,)  {}  to q"),
            (.taskReceived(stamp, headers), "(1,)  {}  retry 1"),
            (.taskStarted(stamp, id: "i"), ""),
            (.taskSucceeded(stamp, id: "i", result: [1, 2], runtime: 0.25), "[1, 2]  250ms"),
            (.taskFailed(stamp, id: "i", error, traceback: "x"), "E('it\\nbroke')"),
            (.taskRetried(stamp, id: "i", cause: nil, traceback: nil), "None"),
            (.taskRevoked(stamp, id: "i", isTerminated: false, signal: nil, isExpired: true), "expired"),
            (.taskRevoked(stamp, id: "i", isTerminated: true, signal: "9", isExpired: false), "terminated with 9"),
            (.taskRevoked(stamp, id: "i", isTerminated: false, signal: nil, isExpired: false), "revoked"),
            (.taskRejected(stamp, id: "i", requeue: true), "back to its queue"),
            (.taskRejected(stamp, id: "i", requeue: false), "for good"),
            (.custom("task-half", stamp, id: "i", fields: ["b": "\u{1B}", "a": 1]), "a=1  b=\"\\u001b\""),
        ] as [(EventDocument, String)]
    )
    func `tells what happened to a task`(event: EventDocument, details: String) {
        var cluster = ClusterState()
        cluster.apply(.taskReceived(Self.stamp, Self.headers), received: 0)
        var format = EventFormat()
        let line = format.line(event, cluster.task("i"), Palette(isColored: false))
        let parts = line.split(separator: "  ", omittingEmptySubsequences: true).map { $0.drop { $0 == " " } }
        #expect(parts[0].hasSuffix(",250") && parts[0].count == 12)
        #expect(parts[1] == "w@h" && parts[2] == event.type.rawValue[...])
        #expect(line.contains("  tasks.add[i]"))
        #expect(line.hasSuffix(details))
        #expect(!line.unicodeScalars.contains("\u{1B}") && !line.contains("\n"))
    }

    @Test func `tells how a worker is`() {
        var format = EventFormat()
        let line = format.line(.workerHeartbeat(Self.stamp, Self.vitals, frequency: 2), nil, Palette(isColored: false))
        #expect(line.hasSuffix("worker-heartbeat  1 active  20 processed  load 0.5 1.0 2.25  py-celery 5.7.0"))
        let bare = EventDocument(.workerHeartbeat, hostname: "w@h", timestamp: 1e300, fields: ["freq": 5])
        #expect(format.line(bare, nil, Palette(isColored: false)).contains("worker-heartbeat"))
    }

    @Test func `columns grow with the names of nodes, up to a point`() {
        var format = EventFormat()
        let plain = Palette(isColored: false)
        let place = { (line: String) in line.firstRange(of: "task-started").map { line[..<$0.lowerBound].count } }
        var events = [EventDocument.taskStarted(Self.stamp, id: "i")]
        events.append(EventDocument(.taskStarted, hostname: "longer@host", timestamp: 1))
        events.append(EventDocument(.taskStarted, hostname: String(repeating: "x", count: 200), timestamp: 1))
        let first = format.line(events[0], nil, plain)
        let second = format.line(events[1], nil, plain)
        #expect(place(second) == place(first).map { $0 + 8 })
        #expect(place(format.line(events[0], nil, plain)) == place(second))
        _ = format.line(events[2], nil, plain)
        #expect(place(format.line(events[0], nil, plain)) == 12 + 2 + 40 + 2)
    }

    @Test func `a task that nobody has seen begin has no name`() {
        var format = EventFormat()
        #expect(format.line(.taskStarted(Self.stamp, id: "i"), nil, Palette(isColored: false)).contains("  ?[i]"))
    }
}
