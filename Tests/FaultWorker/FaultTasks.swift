import TaskBroker

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The tasks of the fault suite; each leaves `start` and `done` in the effect file.
enum FaultTasks {
    static func define(in app: TaskApp, writingTo effects: EffectFile) {
        app.task("fault.effect", parameters: ["name", "seconds"]) {
            (context: TaskContext, name: String, seconds: Double) in
            try effects.write("start", name, redeliveries: context.deliveryInfo.redeliveries)
            try await Task.sleep(for: .seconds(seconds))
            try effects.write("done", name)
            return name
        }

        // One step of a chain: what the former step returned, plus one.
        app.task("fault.step", parameters: ["value", "name"]) { (value: Int, name: String) in
            try effects.write("start", "\(name).\(value)")
            try effects.write("done", "\(name).\(value)")
            return value &+ 1
        }

        // One member of a chord: returns its place in the header.
        app.task("fault.member", parameters: ["place", "name", "seconds"]) {
            (place: Int, name: String, seconds: Double) in
            try effects.write("start", name)
            try await Task.sleep(for: .seconds(seconds))
            try effects.write("done", name)
            return place
        }

        app.task("fault.body", parameters: ["values", "name"]) { (values: [Int], name: String) in
            try effects.write("start", name)
            try effects.write(values == Array(values.indices) ? "done" : "wrong", name)
            return values.count
        }

        app.task("fault.large", parameters: ["name", "payload"]) { (name: String, payload: String) in
            try effects.write("start", name)
            try effects.write(payload.utf8.count >= 1 << 20 ? "done" : "wrong", name)
            return payload.utf8.count
        }

        // Sends tasks to a queue, one after the other, and returns what became of each.
        app.task("fault.send", parameters: ["queue", "count"]) { (queue: String, count: Int) -> [String] in
            var ends: [String] = []
            for index in 0..<max(0, count) {
                let arguments = TaskArguments([.string("\(queue).\(index)"), 0])
                do {
                    try await app.send([TaskCall("fault.effect", arguments, options: TaskOptions(queue: queue))])
                    ends.append("sent")
                } catch let error as TaskBrokerError {
                    ends.append("\(error.code)")
                }
            }
            return ends
        }

        // Computes without ever letting go of its thread.
        app.task("fault.burn", parameters: ["name", "seconds"]) { (name: String, seconds: Double) in
            try effects.write("start", name)
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end {}
            try effects.write("done", name)
        }

        // Blocks its thread in the kernel, and does not hear that it was cancelled.
        app.task("fault.block", parameters: ["name", "seconds"]) { (name: String, seconds: Double) in
            try effects.write("start", name)
            let end = ContinuousClock.now + .seconds(seconds)
            while ContinuousClock.now < end { usleep(50_000) }
            try effects.write("done", name)
            return name
        }
    }
}
