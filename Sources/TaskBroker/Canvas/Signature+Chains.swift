/// Runs `next` with the result of `first`.
///
/// As in Celery, a group before a task is the header of a chord, which gets an array of the members' values.
public func | <Input, Middle, Output>(
    first: Signature<Input, Middle>,
    next: Signature<Middle, Output>
) -> Signature<Input, Output> {
    first.followed(by: next)
}

/// Runs `next` after `first` without its result: a complete signature ignores it.
public func | <Input, Middle, Output>(
    first: Signature<Input, Middle>,
    next: Signature<Void, Output>
) -> Signature<Input, Output> {
    first.followed(by: next.immutable())
}

/// Runs `next` after `first`, which returns nothing.
public func | <Input, Output>(
    first: Signature<Input, Void>,
    next: Signature<Void, Output>
) -> Signature<Input, Output> {
    first.followed(by: next.immutable())
}

/// Runs signatures one after the other, each with the result of the one before; the same as `|` between them.
///
/// ```swift
/// let flow = chain {
///     add.s(2, 2)
///     mul.partial(10)
///     describe.partial()
/// }
/// ```
public func chain<Input, Output>(
    @ChainBuilder _ signatures: () throws -> Signature<Input, Output>
) rethrows -> Signature<Input, Output> {
    try signatures()
}

extension Signature {
    fileprivate func followed<Middle, Last>(by next: Signature<Middle, Last>) -> Signature<Input, Last> {
        Signature<Input, Last>(
            self.erased.piped(into: next.erased.asSuccessor),
            app: self.app ?? next.app,
            problem: self.problem ?? next.problem,
            decode: next.decode
        )
    }
}
