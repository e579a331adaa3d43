import CeleryProtocol
import TaskBroker
import Testing

/// How a task ended, as both clients see it.
struct Outcome: Sendable {
    let state: TaskState
    /// The value as it is stored; null where there is an exception.
    let value: JSONValue
    /// What Python's `repr` says of the value.
    let repr: String?
    let exception: ExceptionDocument?
    /// The classes that a Python client may name in an `except` clause to catch the exception.
    let catchableAs: [String]
    /// The module of the exception's class in a Python client.
    let pythonModule: String?
    let traceback: String?

    /// Checks that both clients see the same, and keeps it.
    init(swift info: TaskInfo, python reply: JSONValue, _ sourceLocation: SourceLocation) {
        self.state = info.state
        self.exception = info.exception
        self.value = info.exception == nil ? info.value : .null
        self.traceback = info.traceback
        self.repr = reply["repr"]?.stringValue
        self.catchableAs = reply["exception"]?["bases"]?.arrayValue?.compactMap(\.stringValue) ?? []
        self.pythonModule = reply["exception"]?["module"]?.stringValue

        #expect(reply["state"]?.stringValue == info.state.rawValue, sourceLocation: sourceLocation)
        #expect(reply["traceback"]?.stringValue == info.traceback, sourceLocation: sourceLocation)
        if let exception = info.exception {
            #expect(reply["exception"]?["type"]?.stringValue == exception.type, sourceLocation: sourceLocation)
            #expect(reply["exception"]?["args"]?.arrayValue == exception.message, sourceLocation: sourceLocation)
        } else {
            // As text: a NaN is equal to nothing.
            #expect(reply["value"]?.description == info.value.description, sourceLocation: sourceLocation)
        }
    }
}
