import CeleryProtocol
import TaskBroker

/// What is answered to a question about a worker's health: a pure value.
struct HealthAnswer: Sendable, Hashable {
    /// The status code of HTTP.
    var status: Int
    /// A JSON document on one line.
    var body: String

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - method: `GET` or `HEAD`, or one that is refused.
    ///   - target: The path, with or without a query.
    ///   - health: How the worker fares.
    init(method: String, target: String, _ health: () -> WorkerHealth) {
        let path = target.prefix { $0 != "?" }
        switch (method, path) {
        case ("GET", "/livez"), ("HEAD", "/livez"):
            let health = health()
            self.init(health, isGood: health.isLive)
        case ("GET", "/readyz"), ("HEAD", "/readyz"):
            let health = health()
            self.init(health, isGood: health.isLive && health.isReady)
        case (_, "/livez"), (_, "/readyz"):
            self.init(status: 405, body: Self.error("Only GET and HEAD are understood."))
        default:
            // What was asked for is not repeated: it may be anything.
            self.init(status: 404, body: Self.error("There are /livez and /readyz."))
        }
    }

    private init(status: Int, body: String) {
        (self.status, self.body) = (status, body + "\n")
    }

    private init(_ health: WorkerHealth, isGood: Bool) {
        let reasons = health.reasons.map { reason in
            [
                "name": .string(reason.name), "message": .string(reason.message),
                "seconds": .double((reason.duration / .milliseconds(1)).rounded() / 1000),
            ] as JSONValue
        }
        let document = JSONDocument(
            "health",
            [
                "node": .string(health.node), "live": .bool(health.isLive), "ready": .bool(health.isReady),
                "running": .count(health.running), "reasons": .array(reasons),
            ]
        )
        self.init(status: isGood ? 200 : 503, body: document.text)
    }

    private static func error(_ message: String) -> String { JSONDocument("error", ["message": .string(message)]).text }
}
