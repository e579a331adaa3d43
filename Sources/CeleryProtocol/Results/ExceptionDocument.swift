/// An exception as Celery stores it: type, arguments and module, by name.
///
/// A Python client makes an exception of it: of the class with that name if its module is loaded there, else of a class
/// made up for it. Nothing in TaskBroker looks up a type by such a name.
public struct ExceptionDocument: Hashable, Sendable {
    /// The qualified name of the exception's class, such as `KeyError` or `Outer.Inner`.
    public var type: String
    /// The exception's arguments; usually one string.
    public var message: [JSONValue]
    /// The module that defines the class.
    ///
    /// - Important: If a Python client has that module and finds something there under ``type`` that is no exception
    ///   class, every access to the result raises `SecurityError`.
    public var module: String?

    /// Creates an exception.
    public init(type: String, message: [JSONValue], module: String?) {
        self.type = type
        self.message = message
        self.module = module
    }
}

extension ExceptionDocument {
    /// Reads an exception as leniently as Celery's client does, and never fails.
    ///
    /// Arguments that are no array are a single argument, absent ones are none. Celery writes an object; anything else
    /// that a foreign worker stored as the result of a failure becomes the argument of a plain `Exception`.
    public init(_ json: JSONValue) {
        guard case .object(let members) = json, case .string(let type)? = members["exc_type"] else {
            let message: [JSONValue] = json.isNull ? [] : [json]
            self.init(type: "Exception", message: message, module: "builtins")
            return
        }
        let message: [JSONValue] =
            switch members["exc_message"] {
            case .array(let arguments)?: arguments
            case .null?, nil: []
            case let argument?: [argument]
            }
        self.init(type: type, message: message, module: members["exc_module"]?.stringValue)
    }

    /// The exception as an object with `exc_type`, `exc_message` and `exc_module`.
    public var json: JSONValue {
        .object([
            "exc_type": .string(self.type),
            "exc_message": .array(self.message),
            "exc_module": self.module.map { .string($0) } ?? .null,
        ])
    }

    /// The text of Python's `repr`, as events and `ChordError` show it: `MyError('it broke', 42)`.
    public var pythonRepr: String {
        // The one exception of Celery's own that prints itself in another way.
        if self.type == "Reject", self.module == "celery.exceptions", self.message.count == 2 {
            let reason = self.message[0].stringValue ?? PythonRepr.value(self.message[0])
            return "reject requeue=\(PythonRepr.value(self.message[1])): \(reason)"
        }
        let name = self.type.split(separator: ".").last ?? self.type[...]
        return name + "(" + self.message.map { PythonRepr.value($0) }.joined(separator: ", ") + ")"
    }
}
