import TaskBroker

/// The tasks that canvases are made of in these tests.
struct CanvasTasks {
    struct Broken: Error {}

    struct Wrapped: Codable, Sendable {
        var text: String
    }

    let app: TaskApp
    let add: TaskDefinition<(Int, Int), Int>
    let echo: TaskDefinition<Int, Int>
    let total: TaskDefinition<[Int], Int>
    let count: TaskDefinition<[[Int]], Int>
    let text: TaskDefinition<String, String>
    let note: TaskDefinition<String, Void>
    let wrap: TaskDefinition<String, Wrapped>
    let unwrap: TaskDefinition<Wrapped, String>
    /// Fails.
    let fail: TaskDefinition<Int, Int>

    init(_ app: TaskApp) {
        self.app = app
        self.add = app.task("add", parameters: ["x", "y"]) { (x: Int, y: Int) in x + y }
        // One argument: the compiler (6.3.1) does not find the pack of one from the type of the property.
        let echo = app.task("echo") { (x: Int) in x }
        let total = app.task("total") { (values: [Int]) in values.reduce(0, +) }
        let count = app.task("count") { (values: [[Int]]) in values.count }
        let text = app.task("text") { (text: String) in text }
        let wrap = app.task("wrap") { (text: String) in Wrapped(text: text) }
        let note = app.task("note") { (_: String) in }
        let fail = app.task("fail") { (_: Int) -> Int in throw Broken() }
        (self.echo, self.total, self.count, self.text) = (echo, total, count, text)
        (self.note, self.fail, self.wrap) = (note, fail, wrap)
        self.unwrap = app.task("unwrap", payload: Wrapped.self) { payload, _ in payload.text }
    }
}
