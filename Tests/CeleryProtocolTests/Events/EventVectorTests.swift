import CeleryProtocol
import Testing

/// Every event recorded from Celery is read, made again from its parts, and written again means the same.
struct EventVectorTests {
    /// How an event is made from what the recorded one says.
    struct Maker: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let make: @Sendable (EventStamp, EventDocument) -> EventDocument

        init(_ type: EventType, _ make: @escaping @Sendable (EventStamp, EventDocument) -> EventDocument) {
            self.testDescription = type.rawValue
            self.make = make
        }
    }

    /// The task of `event-task-received.json` and `event-task-sent.json`.
    static let headers = TaskHeaders(
        task: "cap.add",
        id: "779d025f-6d23-42ec-b35b-ed6ebb7180a6",
        rootID: "779d025f-6d23-42ec-b35b-ed6ebb7180a6",
        argsrepr: "(1, 2)",
        kwargsrepr: "{}"
    )

    static let makers = [
        Maker(.workerOnline) { .workerOnline($0, $1.vitals, frequency: 2) },
        Maker(.workerHeartbeat) { .workerHeartbeat($0, $1.vitals, frequency: 2) },
        Maker(.workerOffline) { .workerOffline($0, $1.vitals, frequency: 2) },
        Maker(.taskSent) { stamp, _ in
            .taskSent(stamp, Self.headers, queue: "celery", exchange: "", routingKey: "celery")
        },
        Maker(.taskReceived) { stamp, _ in .taskReceived(stamp, Self.headers) },
        Maker(.taskStarted) { .taskStarted($0, id: $1.taskID ?? "") },
        Maker(.taskSucceeded) {
            .taskSucceeded($0, id: $1.taskID ?? "", result: 3, runtime: $1.fields["runtime"]?.doubleValue ?? 0)
        },
        Maker(.taskFailed) {
            let exception = ExceptionDocument(type: "MyError", message: ["it broke", 42], module: "captasks")
            return .taskFailed($0, id: $1.taskID ?? "", exception, traceback: $1.fields["traceback"]?.stringValue)
        },
        Maker(.taskRetried) {
            let cause = ExceptionDocument(type: "MyError", message: ["try again"], module: "captasks")
            return .taskRetried($0, id: $1.taskID ?? "", cause: cause, traceback: $1.fields["traceback"]?.stringValue)
        },
        Maker(.taskRevoked) {
            .taskRevoked($0, id: $1.taskID ?? "", isTerminated: false, signal: nil, isExpired: true)
        },
        Maker(.taskRejected) { .taskRejected($0, id: $1.taskID ?? "", requeue: true) },
        Maker("task-milestone") { .custom("task-milestone", $0, id: $1.taskID ?? "", fields: ["step": 1]) },
    ]

    @Test(arguments: makers)
    func `makes what Celery makes`(maker: Maker) throws {
        let recorded = try #require(try Vectors().load("event-\(maker.testDescription)")["event"])
        let event = try EventDocument(recorded)
        let stamp = EventStamp(
            hostname: event.hostname,
            pid: try #require(event.pid),
            utcoffset: try #require(event.utcoffset),
            clock: try #require(event.clock),
            timestamp: event.timestamp
        )
        #expect(maker.make(stamp, event).json == recorded)
    }

    @Test func `makes every recorded type`() throws {
        let names = try Vectors().names(prefix: "event-").filter { $0 != "event-batch" && $0 != "event-types" }
        #expect(Set(names) == Set(Self.makers.map { "event-\($0.testDescription)" }))
    }

    @Test func `makes the events of an election`() throws {
        let messages = try #require(try Vectors().load("gossip-election")["messages"]?.arrayValue)
        for recorded in messages.dropFirst().compactMap({ $0[1] }) {
            let event = try EventDocument(recorded)
            let id = try #require(event.electionID)
            let stamp = EventStamp(
                hostname: event.hostname,
                pid: event.pid ?? 0,
                utcoffset: event.utcoffset ?? 0,
                clock: event.clock ?? 0,
                timestamp: event.timestamp
            )
            let made: EventDocument =
                if event.type == .workerElect {
                    .workerElect(stamp, id: id, topic: "task", action: event.fields["action"] ?? .null)
                } else {
                    .workerElectAck(stamp, id: id)
                }
            #expect(made.json == recorded)
        }
    }

    @Test func `reads a batch and writes it again`() throws {
        let vector = try Vectors().load("event-batch")
        let envelope = try #require(vector["envelope"])
        let message = try EventMessage(decoding: envelope.serialized())
        #expect(message.events.map(\.json) == vector["events"]?.arrayValue)
        #expect(message.refused.isEmpty)

        let again = EventMessage.messages(for: message.events)
        #expect(again == [message])
        let written = try JSONValue(parsing: message.encoded())
        #expect(written["headers"] == envelope["headers"])
        #expect(written["properties"]?["delivery_info"] == envelope["properties"]?["delivery_info"])
        #expect(written["properties"]?["delivery_mode"] == envelope["properties"]?["delivery_mode"])
        #expect(try EventMessage(decoding: written.serialized()) == message)
    }

    @Test func `publishes each type where Celery does`() throws {
        let types = try #require(try Vectors().load("event-types")["types"]?.objectValue)
        #expect(types.count == Self.makers.count)
        for (type, channel) in types {
            let single = EventType(rawValue: type).routingKey
            #expect(["/2.celeryev/\(single)", "/2.celeryev/task.multi"].contains(channel.stringValue), "\(type)")
        }
    }
}
