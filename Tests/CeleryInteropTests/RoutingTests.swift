import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

extension CeleryInterop {
    /// Whoever sends, and however: the message ends in the same list, and the worker of that queue gets it (scenario S1).
    @Suite(.serialized) struct RoutingTests {
        /// All but `fans`, which other tests use at the same time.
        private static let queues = ["celery", "login", "user", "images"]

        struct Case: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let call: Call
            let queue: String
        }

        static let cases: [Case] = [
            Case(testDescription: "by its name", call: Call("routed.login"), queue: "login"),
            Case(
                testDescription: "by a queue on an exchange",
                call: Call("interop.add", [1, 2]).with { $0.queue = "login" },
                queue: "login"
            ),
            Case(
                testDescription: "by exchange and key",
                call: Call("interop.add", [1, 2]).with {
                    $0.exchange = "login"
                    $0.routingKey = "for_login"
                },
                queue: "login"
            ),
            Case(
                testDescription: "by another exchange and key",
                call: Call("interop.add", [1, 2]).with {
                    $0.exchange = "user_info"
                    $0.routingKey = "for_user_info"
                },
                queue: "user"
            ),
            Case(
                testDescription: "by a topic",
                call: Call("interop.add", [1, 2]).with {
                    $0.exchange = "media"
                    $0.routingKey = "media.image.png"
                },
                queue: "images"
            ),
            Case(testDescription: "by nothing", call: Call("interop.add", [1, 2]), queue: "celery"),
        ]

        @Test(arguments: cases.indices, Direction.allCases)
        func `It ends in the same list`(_ index: Int, _ direction: Direction) async throws {
            let fleet = try Fleet.require()
            let routed = Self.cases[index]
            let id = try await fleet.sendAsIs(routed.call, direction)
            let element = try await fleet.server.cli("-n", "1", "LPOP", routed.queue)
            let message = try JSONValue(parsing: element)
            #expect(message["headers"]?["id"] == .string(id))
            for queue in Self.queues {
                #expect(try await fleet.server.cli("-n", "1", "LLEN", queue) == "0", "\(queue)")
            }
        }

        @Test(arguments: Direction.allCases)
        func `It reaches the worker of the queue`(_ direction: Direction) async throws {
            let fleet = try Fleet.require()
            func runAll() async throws {
                for routed in Self.cases where routed.call.task == "interop.add" {
                    // The producer is the other side's, and so is not the worker.
                    let id = try await fleet.sendAsIs(routed.call, direction)
                    #expect(try await fleet.outcome(of: id).value == 3, "\(routed.testDescription)")
                }
            }
            switch direction {
            case .pythonToSwift: try await fleet.withWorker(queues: Self.queues) { try await runAll() }
            case .swiftToPython:
                try await fleet.withCeleryWorker("routed", queues: Self.queues) { _ in try await runAll() }
            }
        }

        @Test func `The tables of bindings are the same, whoever has declared them`() async throws {
            let fleet = try Fleet.require()
            let exchanges = ["login", "user_info", "media", "celery"]
            func tables() async throws -> [String] {
                var tables: [String] = []
                for exchange in exchanges {
                    let members = try await fleet.server.cli("-n", "1", "SMEMBERS", "_kombu.binding.\(exchange)")
                    tables.append(members.split(separator: "\n").sorted().joined(separator: " "))
                    _ = try await fleet.server.cli("-n", "1", "DEL", "_kombu.binding.\(exchange)")
                }
                return tables
            }
            _ = try await tables()
            let python = try await fleet.withCeleryWorker("binding", queues: Self.queues) { _ in try await tables() }
            let ours = try await fleet.withWorker(queues: Self.queues) {
                try await eventually("our worker has declared its queues", timeout: .seconds(120)) {
                    try await fleet.server.cli("-n", "1", "EXISTS", "_kombu.binding.media") == "1"
                }
                return try await tables()
            }
            #expect(ours == python)
        }
    }
}
