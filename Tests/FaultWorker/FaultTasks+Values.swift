import TaskBroker

extension FaultTasks {
    /// What cannot be written as JSON.
    private struct Unwritable: Codable, Sendable {
        func encode(to encoder: any Encoder) throws {
            throw EncodingError.invalidValue(self, .init(codingPath: [], debugDescription: "it has no words"))
        }
    }

    /// Tasks with values that are out of the ordinary.
    static func defineValues(in app: TaskApp, writingTo effects: EffectFile) {
        app.task("fault.nan", parameters: ["name"]) { (name: String) in
            try effects.write("done", name)
            return [Double.nan, -.infinity]
        }

        // More than a result may have.
        app.task("fault.huge", parameters: ["name"]) { (name: String) in
            try effects.write("done", name)
            return String(repeating: "x", count: 10 << 20)
        }

        app.task("fault.unwritable", parameters: ["name"]) { (name: String) in
            try effects.write("done", name)
            return Unwritable()
        }
    }
}
