import CeleryProtocol
import Testing

@testable import TaskBroker
@testable import TaskBrokerCLI

@Suite struct HealthAnswerTests {
    private static func health(isLive: Bool = true, _ reasons: [WorkerHealth.Reason] = []) -> WorkerHealth {
        WorkerHealth(node: "w@host", isLive: isLive, reasons: reasons, running: 3)
    }

    private static let outage = WorkerHealth.Reason(
        name: "broker",
        message: "down\r\n\u{1B}[2J",
        duration: .milliseconds(1500)
    )

    @Test func `a worker that takes tasks is live and ready`() throws {
        for path in ["/livez", "/readyz", "/readyz?verbose"] {
            let answer = HealthAnswer(method: "GET", target: path) { Self.health() }
            #expect(answer.status == 200)
            let document = try JSONValue(parsing: answer.body)
            #expect(document["node"] == "w@host")
            #expect(document["ready"] == true)
            #expect(document["running"] == 3)
            #expect(document["reasons"] == [])
        }
    }

    @Test func `one that cannot take tasks lives, and says why it is not ready, in ASCII on one line`() throws {
        let live = HealthAnswer(method: "GET", target: "/livez") { Self.health([Self.outage]) }
        #expect(live.status == 200)
        let ready = HealthAnswer(method: "GET", target: "/readyz") { Self.health([Self.outage]) }
        #expect(ready.status == 503)
        #expect(ready.body.utf8.allSatisfy { 0x20..<0x7F ~= $0 || $0 == 0x0A })
        #expect(ready.body.split(separator: "\n").count == 1)
        let reason = try JSONValue(parsing: ready.body)["reasons"]?.arrayValue?.first
        #expect(reason == ["name": "broker", "message": .string(Self.outage.message), "seconds": 1.5])
    }

    @Test func `one whose loop hangs is neither`() {
        for path in ["/livez", "/readyz"] {
            #expect(HealthAnswer(method: "HEAD", target: path) { Self.health(isLive: false) }.status == 503)
        }
    }

    @Test(arguments: [
        ("POST", "/livez", 405), ("DELETE", "/readyz", 405), ("GET", "/", 404), ("GET", "", 404),
        ("GET", "/livez/", 404),
        ("GET", "//livez", 404), ("GET", "/%6civez", 404), ("GET", "/<script>\r\nX: y", 404), ("\u{1B}[2J", "*", 404),
    ])
    func `nothing else is answered, and nothing is repeated`(method: String, target: String, status: Int) {
        let answer = HealthAnswer(method: method, target: target) { Self.health() }
        #expect(answer.status == status)
        #expect(!answer.body.contains("script") && !answer.body.contains("\u{1B}"))
    }
}
