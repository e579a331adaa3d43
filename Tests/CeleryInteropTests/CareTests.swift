import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension CeleryInterop {
    /// Looking after a fleet of both kinds.
    @Suite(.serialized) struct CareTests {
        @Test func `the doctor knows what the workers of Celery are set to`() async throws {
            let fleet = try Fleet.require()
            var found: [Finding] = []
            try await eventually("both kinds answer", timeout: .seconds(120)) {
                found = try await fleet.app.inspector.diagnose(timeout: .seconds(2))
                return Set(found.filter { $0.check == "versions" }.map { $0.summary.split(separator: " ").first })
                    == ["celery", "swift-taskbroker"]
            }
            #expect(found.contains { $0.check == "versions" && $0.summary.hasPrefix("celery 5.7") }, "\(found)")
            let timeout = found.first { $0.check == "visibility timeout" }
            #expect(timeout?.severity == .ok && timeout?.summary.hasPrefix("3600 s") == true, "\(found)")
            // There may be workers of other tests.
            let acknowledgement = found.first {
                $0.check == "acknowledgement" && $0.subject?.hasPrefix("python@") == true
            }
            #expect(acknowledgement?.severity == .notice, "\(found)")
            #expect(!found.contains { $0.severity == .problem }, "\(found)")
        }

        @Test func `nothing is reported while workers of both kinds work and one of Celery is killed`() async throws {
            let fleet = try Fleet.require()
            var damage: [Damage] = []
            var examinations = 0
            try await fleet.withCeleryWorker("victim", queues: ["both"], concurrency: 2) { victim in
                try await fleet.withWorker(queues: ["both"], concurrency: 2) {
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        let isDone = DoneFlag()
                        group.addTask {
                            try await Self.work(fleet)
                            victim.send(9)
                            try await Self.work(fleet)
                            isDone.set()
                        }
                        while !isDone.isSet {
                            let options = ExaminationOptions(isRepairing: examinations.isMultiple(of: 2))
                            _ = try await fleet.app.inspector.examine(options) { damage.append($0) }
                            examinations += 1
                        }
                        try await group.waitForAll()
                    }
                }
            }
            #expect(damage.isEmpty, "\(damage.prefix(5))")
            #expect(examinations > 1, "\(examinations)")
        }

        /// Tasks, delayed ones among them, and a chord, for workers of either kind.
        private static func work(_ fleet: Fleet) async throws {
            let app = fleet.app
            for index in 0..<100 {
                let countdown: Duration? = index.isMultiple(of: 5) ? .milliseconds(10 * index) : nil
                let options = TaskOptions(countdown: countdown, queue: "both")
                try await app.sendTask("interop.add", args: [.integer(Int64(index)), 1], options: options)
            }
            for queue in ["swift", "python"] {
                let members = (0..<10).map { index in
                    app.signature("interop.add", args: [.integer(Int64(index)), 1], options: .init(queue: queue))
                }
                let body = app.partialSignature("interop.echo", options: .init(queue: queue))
                _ = try await chord(members, body.taking([JSONValue].self)).delay().get(timeout: .seconds(120))
            }
            _ = try await app.inspector.ping(timeout: .milliseconds(300))
        }
    }
}
