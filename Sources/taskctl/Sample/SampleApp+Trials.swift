import TaskBroker

extension SampleApp {
    /// Defines the tasks for trying things.
    static func defineTrials(in app: TaskApp) {
        app.task("tasks.add", parameters: ["x", "y"]) { (x: Int, y: Int) in
            let (sum, overflows) = x.addingReportingOverflow(y)
            if overflows { throw TaskFailure(type: "OverflowError", message: "\(x) + \(y) does not fit in 64 bits") }
            return sum
        }

        app.task("tasks.echo", parameters: ["value"]) { (value: JSONValue) in value }

        app.task("tasks.sleep", parameters: ["seconds"]) { (seconds: Double) in
            guard 0...86_400 ~= seconds else {
                throw TaskFailure(type: "ValueError", message: "seconds has to be from 0 to 86400")
            }
            try await Task.sleep(for: .seconds(seconds))
            return seconds
        }

        app.task("tasks.fail", parameters: ["message"]) { (message: String) -> Int in
            throw TaskFailure(type: "RuntimeError", message: message)
        }

        app.task("tasks.progress", parameters: ["steps"]) { (context: TaskContext, steps: Int) in
            guard 0...10_000 ~= steps else {
                throw TaskFailure(type: "ValueError", message: "steps has to be from 0 to 10000")
            }
            for step in 0..<steps {
                try await context.progress(["done": step, "total": steps])
                try await Task.sleep(for: .milliseconds(100))
            }
            return steps
        }
    }
}
