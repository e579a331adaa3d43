import CeleryProtocol

/// How a task's argument type maps to `args` and `kwargs`.
///
/// The two mappings are ``positional(names:)`` (a closure's parameters) and ``keyword()`` (a `Codable` payload).
package struct ArgumentCoding<Arguments: Sendable>: Sendable {
    /// What a call carries.
    package let encode: @Sendable (Arguments) throws -> TaskArguments
    /// What a body is given.
    package let decode: @Sendable (TaskArguments) throws -> Arguments
}

extension ArgumentCoding {
    /// Parameters travel as `args`; a producer that knows their `names` may send them as `kwargs` too.
    static func positional<each Argument: Codable & Sendable>(
        names: [String]
    ) -> Self where Arguments == (repeat each Argument) {
        var count = 0
        for _ in repeat (each Argument).self { count += 1 }
        precondition(names.isEmpty || names.count == count, "\(names.count) names for \(count) parameters")
        let parameters = Parameters(count: count, names: names)
        return Self(
            encode: { arguments in
                var encoded: [JSONValue] = []
                encoded.reserveCapacity(parameters.count)
                for argument in repeat each arguments { encoded.append(try JSONValue(encoding: argument)) }
                return TaskArguments(encoded)
            },
            decode: { arguments in
                var reader = try ArgumentReader(arguments, parameters)
                // A pack expansion is evaluated from left to right, so the reader sees the parameters in order.
                return (repeat try reader.next((each Argument).self))
            }
        )
    }
}

extension ArgumentCoding where Arguments == TaskArguments {
    /// The arguments as they travel.
    static var untyped: Self { .init(encode: { $0 }, decode: { $0 }) }
}

extension ArgumentCoding where Arguments: Codable {
    /// The properties of a payload travel as `kwargs`; in a chain the payload may come as one argument.
    static func keyword() -> Self {
        Self(
            encode: { payload in
                guard case .object(let keyword) = try JSONValue(encoding: payload) else {
                    throw TaskBrokerError(
                        .encodingFailed,
                        "A payload must encode to an object, but \(Arguments.self) encodes to a single value or an array."
                    )
                }
                return TaskArguments([], keyword)
            },
            decode: { arguments in
                let given = arguments.positional.count
                // A task before this one in a chain hands over its result as one argument: a whole payload.
                let isWhole = given == 1 && arguments.keyword.isEmpty
                guard given == 0 || isWhole else {
                    throw ArgumentMismatch("takes keyword arguments or one payload, but \(given) positional were given")
                }
                let payload = isWhole ? arguments.positional[0] : .object(arguments.keyword)
                do {
                    return try payload.decode(Arguments.self)
                } catch let error as DecodingError {
                    throw ArgumentMismatch(error, parameter: nil)
                }
            }
        )
    }
}
