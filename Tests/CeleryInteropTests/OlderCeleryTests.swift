import CeleryProtocol
import FoundationEssentials
import TaskBroker
import TestSupport
import Testing

extension CeleryInterop {
    /// Producers with the Celery of the years before, and our worker.
    struct OlderCeleryTests {
        private static let versions: [CeleryEnvironment.Name] = [.celery54, .celery55, .celery56]

        @Test(arguments: versions)
        func `Its tasks run, and it reads the results`(_ version: CeleryEnvironment.Name) async throws {
            try await Fleet.require().withPeer(version) { fleet in
                let peer = try await fleet.peer.call("version", [:])
                let isRight = peer["celery"]?.stringValue.map { "celery-\($0)".hasPrefix("\(version.rawValue).") }
                #expect(isRight == true, "\(peer)")

                let expected: [(call: Call, value: JSONValue)] = [
                    (Call("interop.add", [2, 3]), 5),
                    (Call("interop.add", [], ["x": 40, "y": 2]), 42),
                    (Call("interop.greet", ["Ada"], ["greeting": "Grüß dich"]), "Grüß dich, Ada"),
                    (Call("interop.echo", [["a": [1, 2.5, .null, true]]]), ["a": [1, 2.5, .null, true]]),
                    (Call("interop.add", [1, 2]).with { $0.countdown = 0.3 }, 3),
                    (Call("interop.add", [1, 2]).with { $0.eta = Date().timeIntervalSince1970 + 0.3 }, 3),
                    (Call("interop.add", [1, 2]).with { $0.expires = 60 }, 3),
                    (Call("interop.headers").with { $0.headers = ["x-test": "kept"] }, ["x-test": "kept"]),
                ]
                for (call, value) in expected {
                    let outcome = try await fleet.run(call, .pythonToSwift)
                    #expect(outcome.state == .success, "\(call)")
                    #expect(outcome.value == value, "\(call)")
                }
            }
        }

        @Test(arguments: versions)
        func `Errors, expiry, retries and ignored results are what it expects`(
            _ version: CeleryEnvironment.Name
        ) async throws {
            try await Fleet.require().withPeer(version) { fleet in
                let failed = try await fleet.run(Call("interop.fail", ["builtin", "no such user"]), .pythonToSwift)
                #expect(failed.state == .failure)
                #expect(failed.catchableAs.contains("ValueError"))

                let late = Call("interop.add", [1, 2]).with {
                    $0.countdown = 0.5
                    $0.expires = 0.2
                }
                let expired = try await fleet.run(late, .pythonToSwift)
                #expect(expired.state == .revoked)
                #expect(expired.catchableAs.contains("TaskRevokedError"))

                let gate = fleet.freshPath("gate")
                try TextFile.write("", to: gate)
                let again = Call("interop.retry_once", [.string(gate)]).with {
                    $0.priority = 6
                    $0.headers = ["x-test": "kept"]
                }
                let retried = try await fleet.run(again, .pythonToSwift)
                #expect(retried.value["retries"] == 1)
                #expect(retried.value["priority"] == 6)
                #expect(retried.value["header"] == "kept")

                let ignored = try await fleet.peer.call("ignored", ["queue": "swift", "timeout": 10])
                #expect(ignored["value"] == .null)
            }
        }
    }
}
