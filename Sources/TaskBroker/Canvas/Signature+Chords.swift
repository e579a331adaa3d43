import CeleryProtocol

/// Runs a header all at once, and then a body with the array of its values; the same as `group(header) | body`.
///
/// ```swift
/// let total = try await chord((0..<10).map { add.s($0, $0) }, sum.partial()).delay().get()
/// ```
///
/// If a member fails, the body is not run: waiting for the chord throws what the member failed with.
public func chord<Input, Middle, Output>(
    _ header: some Sequence<Signature<Input, Middle>>,
    _ body: Signature<[Middle], Output>
) -> Signature<Input, Output> {
    group(header) | body
}

/// Runs a header all at once, and then a body that takes nothing of it.
public func chord<Input, Middle, Output>(
    _ header: some Sequence<Signature<Input, Middle>>,
    _ body: Signature<Void, Output>
) -> Signature<Input, Output> {
    group(header) | body
}

/// Runs a group, and then a body with its values.
public func chord<Input, Middle, Output>(
    _ header: Signature<Input, Middle>,
    _ body: Signature<Middle, Output>
) -> Signature<Input, Output> {
    header | body
}

/// Runs a group, and then a body that takes nothing of it.
public func chord<Input, Middle, Output>(
    _ header: Signature<Input, Middle>,
    _ body: Signature<Void, Output>
) -> Signature<Input, Output> {
    header | body
}
