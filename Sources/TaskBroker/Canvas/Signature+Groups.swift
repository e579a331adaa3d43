import CeleryProtocol

/// Runs signatures of different types all at once; the result is a tuple of their values, in order.
///
/// ```swift
/// let (sum, text) = try await group(add.s(1, 1), describe.s(7)).delay().get()
/// ```
///
/// Members that take an input all get the same one. What a tuple is passed on to has to say how it reads it:
/// ``Signature/untyped()``, ``Signature/returning(_:)``.
public func group<Input, First, Second, each Rest>(
    _ first: Signature<Input, First>,
    _ second: Signature<Input, Second>,
    _ rest: repeat Signature<Input, each Rest>
) -> Signature<Input, (First, Second, repeat each Rest)> {
    var nodes = [first.erased, second.erased]
    var app = first.app ?? second.app
    var problem = first.problem ?? second.problem
    for member in repeat each rest {
        nodes.append(member.erased)
        app = app ?? member.app
        problem = problem ?? member.problem
    }
    let count = nodes.count
    let (decodeFirst, decodeSecond) = (first.decode, second.decode)
    let decodeRest = (repeat (each rest).decode)
    return Signature(.group(nodes.map(\.asMember)), app: app, problem: problem) { value in
        var members = try GroupMembers(value, count: count)
        return (
            try decodeFirst(members.next()),
            try decodeSecond(members.next()),
            repeat try (each decodeRest)(members.next())
        )
    }
}

/// Runs signatures of one type all at once; the result is an array of their values, in order.
///
/// ```swift
/// let sums = try await group((0..<10).map { add.s($0, $0) }).delay().get()
/// ```
public func group<Input, Output>(
    _ members: some Sequence<Signature<Input, Output>>
) -> Signature<Input, [Output]> {
    let members = Array(members)
    let decoders = members.map(\.decode)
    return Signature(
        .group(members.map(\.erased.asMember)),
        app: members.lazy.compactMap(\.app).first,
        problem: members.lazy.compactMap(\.problem).first
    ) { value in
        var values = try GroupMembers(value, count: decoders.count)
        return try decoders.map { try $0(values.next()) }
    }
}

/// Reads the values of a group's members one after the other.
private struct GroupMembers {
    private var values: ArraySlice<JSONValue>

    init(_ value: JSONValue, count: Int) throws {
        guard let values = value.arrayValue, values.count == count else {
            throw Self.mismatch("The group has \(count) members, but its result is not an array of as many values.")
        }
        self.values = values[...]
    }

    mutating func next() throws -> JSONValue {
        guard let value = self.values.popFirst() else { throw Self.mismatch("The group has more members than values.") }
        return value
    }

    private static func mismatch(_ explanation: String) -> DecodingError {
        .dataCorrupted(.init(codingPath: [], debugDescription: explanation))
    }
}
