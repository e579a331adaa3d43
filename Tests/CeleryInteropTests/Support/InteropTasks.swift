import CeleryProtocol
import FoundationEssentials
import Synchronization
import TaskBroker
import TestSupport

/// The tasks of `interop_app.py` in Swift.
struct InteropTasks: Sendable {
    let marks: Marks

    /// An error that only this program knows.
    struct NoSuchUser: Error, CustomStringConvertible {
        let description: String
    }

    struct RetryReport: Codable, Sendable {
        let id: String
        let retries: Int
        let priority: Int
        let header: JSONValue?
    }

    func define(on app: TaskApp) {
        app.task("interop.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
        app.task("interop.greet", parameters: ["name", "greeting"]) { (name: String, greeting: String?) in
            "\(greeting ?? "Hello"), \(name)"
        }
        app.task("interop.nothing") {}
        app.task("interop.now") { Date().timeIntervalSince1970 }
        app.task("interop.ignored", options: .init(ignoresResult: true)) { (value: JSONValue) in value }
        app.task("interop.slow") { (seconds: Double) in
            try await Task.sleep(for: .seconds(seconds))
            return seconds
        }
        app.task("interop.mark") { (_: String, line: String) in
            self.marks.add(line)
            return line
        }
        app.task("interop.headers") { (context: TaskContext) in
            context.headers.filter { $0.key.hasPrefix("x-test") }
        }
        self.defineEchoes(on: app)
        self.defineFailures(on: app)
        self.defineRetries(on: app)
    }

    private func defineEchoes(on app: TaskApp) {
        app.task("interop.echo") { (value: JSONValue) in value }
        app.task("typed.date") { (value: Date) in value }
        app.task("typed.uuid") { (value: UUID) in value }
        app.task("typed.data") { (value: Data) in value }
        app.task("typed.decimal") { (value: Decimal) in value }
        app.task("interop.report") { (context: TaskContext, gate: String) in
            try await context.progress(["done": 1, "of": 2])
            try await Self.wait(for: gate)
            return "reported"
        }
    }

    private func defineFailures(on app: TaskApp) {
        app.task("interop.fail") { (kind: String, message: String) in
            switch kind {
            case "builtin": throw TaskFailure(type: "ValueError", message: message, module: "builtins")
            default: throw NoSuchUser(description: message)
            }
        }
    }

    private func defineRetries(on app: TaskApp) {
        app.task("interop.retry_once") { (context: TaskContext, gate: String) in
            guard context.retries > 0 else {
                let cause = TaskFailure(type: "ValueError", message: "not yet", module: "builtins")
                throw context.retry(after: .milliseconds(100), cause: cause)
            }
            try await Self.wait(for: gate)
            return RetryReport(
                id: context.id,
                retries: context.retries,
                priority: context.deliveryInfo.priority,
                header: context.headers["x-test"]
            )
        }
        app.task("interop.retry_elsewhere") { (_: String) in "swift" }
        app.task("interop.retry_for_ever", retry: .fixed(.zero, maxRetries: 2)) {
            (context: TaskContext, hasCause: Bool) in
            let cause = hasCause ? TaskFailure(type: "ValueError", message: "still not", module: "builtins") : nil
            throw context.retry(cause: cause)
        }
    }

    /// Waits until the test opens the gate: the file exists.
    private static func wait(for gate: String) async throws {
        try await eventually("the test has opened the gate", timeout: .seconds(120)) { TextFile.exists(gate) }
    }
}

/// What tasks of our worker were run with: an oracle that is not Redis.
final class Marks: Sendable {
    private let stored = Mutex<[String]>([])

    var lines: [String] { self.stored.withLock { $0 } }

    func add(_ line: String) {
        self.stored.withLock { $0.append(line) }
    }
}
