import TaskBroker

/// The tasks that canvases are made of in these tests.
struct CanvasTasks {
    struct Broken: Error {}

    let app: TaskApp
    let add: TaskDefinition<(Int, Int), Int>
    let echo: TaskDefinition<Int, Int>
    let total: TaskDefinition<[Int], Int>
    let note: TaskDefinition<String, Void>
    /// Fails.
    let fail: TaskDefinition<Int, Int>

    init(_ app: TaskApp) {
        self.app = app
        self.add = app.task("add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
        // One argument: the compiler (6.3.1) does not find the pack of one from the type of the property.
        let echo = app.task("echo") { (x: Int) in x }
        let total = app.task("total") { (values: [Int]) in values.reduce(0, +) }
        let note = app.task("note") { (_: String) in }
        let fail = app.task("fail") { (_: Int) -> Int in throw Broken() }
        (self.echo, self.total, self.note, self.fail) = (echo, total, note, fail)
    }
}
