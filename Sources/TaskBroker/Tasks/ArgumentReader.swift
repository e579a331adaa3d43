import CeleryProtocol

/// Takes a task's parameters out of its arguments in the order of their declaration.
///
/// A parameter comes from `args`, else from `kwargs` by its name, else it is `nil` if its type is an optional. The arguments
/// are checked as a whole first, as Python does, so that a wrong call names what is wrong with it.
struct ArgumentReader {
    private let arguments: TaskArguments
    private let parameters: Parameters
    private var index = 0

    init(_ arguments: TaskArguments, _ parameters: Parameters) throws(ArgumentMismatch) {
        let given = arguments.positional.count
        guard given <= parameters.count else {
            throw ArgumentMismatch("takes \(parameters.summary), but \(given) were given")
        }
        for name in arguments.keyword.keys.sorted() {
            guard let position = parameters.names.firstIndex(of: name) else {
                throw ArgumentMismatch("takes \(parameters.summary) and has no parameter named '\(name)'")
            }
            guard position >= given else {
                throw ArgumentMismatch("got two values for '\(name)', by position and by name")
            }
        }
        self.arguments = arguments
        self.parameters = parameters
    }

    mutating func next<Value: Decodable>(_ type: Value.Type) throws -> Value {
        defer { self.index += 1 }
        guard let value = self.value(at: self.index) else {
            if let absent = Self.absence(of: type) as? Value { return absent }
            throw ArgumentMismatch(
                "takes \(self.parameters.summary), but \(self.parameters.label(of: self.index)) is missing"
            )
        }
        do {
            return try value.decode(type)
        } catch let error as DecodingError {
            throw ArgumentMismatch(error, parameter: self.parameters.label(of: self.index))
        }
    }

    /// What stands for a parameter that is not given; `nil` unless its type is an optional.
    ///
    /// Apart, and not inlined: the compiler (6.3.1, -O) crashes where it specializes this cast for `Int?`.
    @inline(never)
    private static func absence(of type: any Decodable.Type) -> Any? {
        (type as? any ExpressibleByNilLiteral.Type)?.init(nilLiteral: ())
    }

    private func value(at index: Int) -> JSONValue? {
        if index < self.arguments.positional.count { return self.arguments.positional[index] }
        if index < self.parameters.names.count { return self.arguments.keyword[self.parameters.names[index]] }
        return nil
    }
}
