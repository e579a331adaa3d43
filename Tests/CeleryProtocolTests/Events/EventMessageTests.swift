import CeleryProtocol
import Testing

/// What becomes of many events, and of what is none.
struct EventMessageTests {
    static let stamp = EventStamp(hostname: "w@h", pid: 1, utcoffset: 0, clock: 1, timestamp: 1.5)

    static func started(_ count: Int) -> [EventDocument] {
        (0..<count).map { .taskStarted(self.stamp, id: "t\($0)") }
    }

    static let ack = EventDocument.workerElectAck(stamp, id: "e")

    @Test(arguments: [
        ([], []),
        (started(1), ["task.started"]),
        (started(2), ["task.multi"]),
        (started(24), ["task.multi"]),
        (started(25), ["task.multi", "task.started"]),
        (started(50), ["task.multi", "task.multi", "task.multi"]),
        ([ack, ack], ["worker.elect.ack", "worker.elect.ack"]),
        (started(2) + [ack] + started(1), ["task.multi", "worker.elect.ack", "task.started"]),
    ])
    func `puts events about tasks into batches of 24`(events: [EventDocument], keys: [String]) throws {
        let messages = EventMessage.messages(for: events)
        #expect(messages.map(\.routingKey) == keys)
        let read = try messages.map { try EventMessage(decoding: $0.encoded()) }
        #expect(read == messages)
        #expect(read.flatMap(\.events) == events)
    }

    @Test func `cuts texts for display`() {
        let long = String(repeating: "x", count: 5_000)
        var headers = TaskHeaders(task: "t", id: "i", argsrepr: long, kwargsrepr: long)
        headers.shadow = "shown"
        let received = EventDocument.taskReceived(Self.stamp, headers).fields
        #expect(received["name"] == "shown")
        for field in ["args", "kwargs"] { #expect(received[field]?.stringValue?.count == 1_024 + 3) }

        let exception = ExceptionDocument(type: "E", message: [.string(long)], module: nil)
        let traceback = String(repeating: long, count: 20)
        let failed = EventDocument.taskFailed(Self.stamp, id: "i", exception, traceback: traceback).fields
        #expect(failed["exception"]?.stringValue?.count == 1_024 + 3)
        #expect(failed["traceback"]?.stringValue?.count == 65_536 + 3)

        let succeeded = EventDocument.taskSucceeded(Self.stamp, id: "i", result: .string(long), runtime: 1).fields
        #expect(succeeded["result"]?.stringValue?.count ?? 0 < 1_100)
    }

    @Test func `a field of an application's own cannot take the place of the common ones`() {
        let event = EventDocument.custom(
            "task-mine",
            Self.stamp,
            id: "i",
            fields: ["uuid": "x", "hostname": "y", "n": 1]
        )
        #expect(event.json["uuid"] == "i")
        #expect(event.json["hostname"] == "w@h")
        #expect(event.json["n"] == 1)
    }

    // MARK: Hostile input

    static let valid: [String: JSONValue] = ["type": "task-x", "hostname": "h", "timestamp": 1]

    static func event(_ change: [String: JSONValue]) -> JSONValue {
        .object(self.valid.merging(change) { $1 }.filter { !$0.value.isNull })
    }

    @Test(
        arguments: [
            ("text", .notAnEvent),
            (3, .notAnEvent),
            (.null, .notAnEvent),
            ([:], .missingField),
            (event(["type": .null]), .missingField),
            (event(["type": 7]), .missingField),
            (event(["type": ""]), .invalidField),
            (event(["type": "a\u{1B}b"]), .invalidField),
            (event(["type": .string(String(repeating: "x", count: 256))]), .invalidField),
            (event(["hostname": .null]), .missingField),
            (event(["hostname": "a\nb"]), .invalidField),
            (event(["timestamp": .null]), .missingField),
            (event(["timestamp": "now"]), .missingField),
            (event(["timestamp": .double(.nan)]), .invalidField),
            (event(["timestamp": .double(.infinity)]), .invalidField),
            (.array(Array(repeating: .null, count: EventMessage.maximumCount + 1)), .tooMany),
        ] as [(JSONValue, EventError.Code)]
    )
    func `refuses what is no event`(body: JSONValue, code: EventError.Code) {
        let raw = PlainMessage(headers: [:], exchange: "celeryev", routingKey: "x", body: body).encoded()
        let error = #expect(throws: EventError.self) { try EventMessage(decoding: raw) }
        #expect(error?.code == code)
    }

    @Test func `ignores the type of what does not matter`() throws {
        let event = try EventDocument(Self.event(["pid": "1", "clock": 1.5, "utcoffset": [], "uuid": 3, "freq": "x"]))
        #expect(event.pid == nil && event.clock == nil && event.utcoffset == nil && event.taskID == nil)
        #expect(event.heartbeatFrequency == nil)
        #expect(event.vitals.active == 0)
    }

    @Test func `one bad event does not spoil a batch`() throws {
        let body: JSONValue = [Self.event([:]), "junk", Self.event(["type": "task-y"]), [:]]
        let raw = PlainMessage(headers: [:], exchange: "celeryev", routingKey: "task.multi", body: body).encoded()
        let message = try EventMessage(decoding: raw)
        #expect(message.events.map(\.type) == ["task-x", "task-y"])
        #expect(message.refused.map(\.code) == [.notAnEvent, .missingField])
    }

    @Test(arguments: [
        "", "{}", "[]", "null", "{\"body\": 3}", "{\"body\": \"***\", \"content-type\": \"application/json\"}",
    ])
    func `refuses what is no message`(text: String) {
        let error = #expect(throws: EventError.self) { try EventMessage(decoding: Array(text.utf8)) }
        #expect(error?.code == .notAMessage)
    }

    @Test func `survives damaged messages`() throws {
        let events = try Vectors().load("event-batch")["events"]?.arrayValue ?? []
        let original = PlainMessage(headers: [:], exchange: "celeryev", routingKey: "x", body: .array(events)).body
        let text = original.serialized()
        var generator = SplitMix64(seed: 3)
        var accepted = 0
        for _ in 0..<5_000 {
            var damaged = text
            for _ in 0..<3 {
                let index = Int.random(in: 0..<damaged.count, using: &generator)
                damaged[index] = UInt8.random(in: 32..<127, using: &generator)
            }
            guard let body = try? JSONValue(parsing: damaged) else { continue }
            let raw = PlainMessage(headers: [:], exchange: "celeryev", routingKey: "x", body: body).encoded()
            guard let message = try? EventMessage(decoding: raw) else { continue }
            accepted += 1
            #expect(throws: Never.self) { try message.events.map { try EventDocument($0.json) } }
        }
        #expect(accepted > 100)
    }
}
