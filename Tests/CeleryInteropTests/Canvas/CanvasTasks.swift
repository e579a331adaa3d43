import CeleryProtocol
import TestSupport

@testable import TaskBroker

/// The tasks of `canvas/tasks.py` in Swift.
///
/// What a task did besides returning a value it writes into the file of its case, a line of JSON each.
enum CanvasTasks {
    /// An exception that only the programs of these tests know, with two arguments.
    private struct OwnError: ExceptionConvertible {
        let exception = ExceptionDocument(type: "OwnError", message: ["own", 42], module: "canvas.tasks")
    }

    private struct Keywords: Codable, Sendable {
        let a: Int
        let b: Int?
    }

    static func define(on app: TaskApp) {
        self.defineValues(on: app)
        self.defineTraces(on: app)
        self.defineErrbacks(on: app)
        self.defineOtherEnds(on: app)
        self.defineCanvases(on: app)
    }
}

// MARK: - Values

extension CanvasTasks {
    private static func defineValues(on app: TaskApp) {
        app.task("canvas.add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
        app.task("canvas.mul", parameters: ["x", "y"]) { (x: Int, y: Int) in x * y }
        app.task("canvas.numbers") { (count: Int) in Array(0..<count) }
        app.task("canvas.total", parameters: ["values", "plus"]) { (values: JSONValue, plus: Int64?) in
            Self.total(values) + (plus ?? 0)
        }
        app.task("canvas.collect") { (_: TaskContext, arguments: TaskArguments) in
            ["args": .array(arguments.positional), "kwargs": .object(arguments.keyword)]
        }
        app.task("canvas.keywords", payload: Keywords.self) { keywords, _ in keywords.a - (keywords.b ?? 0) }
        app.task("canvas.ignored", options: .init(ignoresResult: true)) { (value: JSONValue) in value }
    }

    /// The sum of a list of numbers and of such lists.
    private static func total(_ value: JSONValue) -> Int64 {
        value.arrayValue?.reduce(0) { $0 + self.total($1) } ?? value.integerValue ?? 0
    }
}

// MARK: - Traces

extension CanvasTasks {
    private static func defineTraces(on app: TaskApp) {
        app.task("canvas.record") { (_: TaskContext, arguments: TaskArguments) in
            try Self.write(["args": .array(arguments.positional)], arguments)
            return arguments.positional.first ?? .null
        }
        app.task("canvas.trace") { (context: TaskContext, arguments: TaskArguments) in
            try Self.write(
                [
                    "args": .array(arguments.positional),
                    "id": .string(context.id),
                    "root": .string(context.rootID),
                    "parent": Self.text(context.parentID),
                    "group": Self.text(context.groupID),
                    "index": context.groupIndex.map { .integer(Int64($0)) } ?? .null,
                    "priority": .integer(Int64(context.deliveryInfo.priority)),
                    "retries": .integer(Int64(context.retries)),
                    "stamps": .object(context.stamps),
                ],
                arguments
            )
            return arguments.positional.first ?? .null
        }
    }

    private static func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }

    /// Writes a line into the file that the call names, with the tag that it names.
    private static func write(_ fields: [String: JSONValue], _ arguments: TaskArguments) throws {
        var fields = fields
        fields["tag"] = arguments.keyword["tag"]
        try self.write(fields, to: arguments.keyword["log"]?.stringValue ?? "")
    }

    private static func write(_ fields: [String: JSONValue], to log: String) throws {
        try TextFile.append(JSONValue.object(fields).description, to: log)
    }
}

// MARK: - Error callbacks

extension CanvasTasks {
    private static func defineErrbacks(on app: TaskApp) {
        app.task("canvas.errback") { (_: TaskContext, arguments: TaskArguments) in
            try Self.write(["failed": arguments.positional.first ?? .null], arguments)
            return .null
        }
        app.task("canvas.failing_errback") { (_: String) -> Void in
            throw TaskFailure(type: "ValueError", message: "in the errback", module: "builtins")
        }
        app.errorHandler("canvas.errback_inline") { failed, _ in
            try Self.write(
                [
                    "failed": .string(failed.id),
                    "error": .string(failed.exception.type),
                    "message": .array(failed.exception.message.map { .string($0.stringValue ?? $0.description) }),
                ],
                failed.arguments
            )
        }
    }
}

// MARK: - Ends of other kinds

extension CanvasTasks {
    private static func defineOtherEnds(on app: TaskApp) {
        app.task("canvas.fail") { (_: TaskContext, arguments: TaskArguments) in
            let message = arguments.keyword["message"]?.stringValue ?? "broken"
            throw TaskFailure(type: "ValueError", message: message, module: "builtins")
        }
        app.task("canvas.fail_own") { (_: TaskContext, _: TaskArguments) in throw OwnError() }
        app.task("canvas.retry", retry: .fixed(.milliseconds(200), maxRetries: 3)) {
            (context: TaskContext, arguments: TaskArguments) in
            if let log = arguments.keyword["log"]?.stringValue {
                try Self.write(["tag": "attempt", "retries": .integer(Int64(context.retries))], to: log)
            }
            guard context.retries >= arguments.keyword["times"]?.integerValue ?? 0 else {
                let cause = TaskFailure(type: "ValueError", message: "not yet", module: "builtins")
                throw context.retry(cause: cause)
            }
            return arguments.positional.first ?? .null
        }
        app.task("canvas.ignore") { (_: TaskContext, _: TaskArguments) in throw TaskIgnore() }
        app.task("canvas.reject") { (_: TaskContext, _: TaskArguments) in throw TaskReject("no") }
        app.task("canvas.reject_once") { (_: TaskContext, arguments: TaskArguments) in
            let log = arguments.keyword["log"]?.stringValue ?? ""
            let isFirst = !TextFile.exists(log)
            try Self.write(["tag": "attempt"], to: log)
            if isFirst { throw TaskReject("later", requeue: true) }
            return arguments.positional.first ?? .null
        }
    }
}

// MARK: - Canvases that a task makes while it runs

extension CanvasTasks {
    private static func defineCanvases(on app: TaskApp) {
        app.task("canvas.replace") { (context: TaskContext, arguments: TaskArguments) in
            let signature = try SignatureNode(json: arguments.keyword["sig"] ?? .null)
            throw context.replace(with: signature.partial(arguments.positional))
        }
        app.task("canvas.add_to_chord") { (context: TaskContext, arguments: TaskArguments) in
            try await context.addToChord(SignatureNode(json: arguments.keyword["sig"] ?? .null))
            return arguments.positional.first ?? .null
        }
        app.task("canvas.send") { (context: TaskContext, arguments: TaskArguments) in
            for signature in arguments.keyword["sigs"]?.arrayValue ?? [] {
                let parent = CanvasParent(taskID: context.id, rootID: context.rootID)
                try await app.send(SignatureNode(json: signature).plan(in: parent))
            }
            return arguments.positional.first ?? .null
        }
    }
}
