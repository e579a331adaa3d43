public import CeleryProtocol

/// A call that has not been made yet, or a composition of such calls: Celery's signature, with types.
///
/// `Input` is what it still needs from the task before it, `Void` if nothing; `Output` is what it returns in the end. So what
/// does not fit together does not compile:
///
/// ```swift
/// let flow = add.s(2, 2) | mul.partial(10) | describe.partial()   // Signature<Void, String>
/// let text = try await flow.delay().get()
/// ```
///
/// A value: changing one never changes another. Arguments are encoded when it is made; one that cannot be is kept as an error,
/// which is thrown when the signature is sent.
public struct Signature<Input: Sendable, Output: Sendable>: Sendable {
    /// The form without types.
    var erased: SignatureNode
    /// What sends it; `nil` for a group without members, which there is nothing to send of.
    let app: TaskApp?
    /// Makes the return value out of what is stored; of a group, out of the array of its members' values.
    let decode: @Sendable (JSONValue) throws -> Output
    /// Why it cannot be sent: the first argument or option that could not be encoded.
    var problem: (any Error)?

    init(
        _ node: SignatureNode,
        app: TaskApp?,
        problem: (any Error)? = nil,
        decode: @escaping @Sendable (JSONValue) throws -> Output
    ) {
        self.erased = node
        self.app = app
        self.problem = problem
        self.decode = decode
    }
}

extension Signature {
    /// The form without types, as it travels in messages.
    ///
    /// - Throws: `EncodingError` or ``TaskBrokerError`` for an argument or an option that cannot be sent.
    public var node: SignatureNode {
        get throws {
            if let problem { throw problem }
            return self.erased
        }
    }

    /// A copy whose form without types is changed.
    func changing(_ change: (inout SignatureNode) throws -> Void) -> Self {
        var copy = self
        do {
            try change(&copy.erased)
        } catch {
            copy.problem = copy.problem ?? error
        }
        return copy
    }

    /// The same calls under other types.
    func retyped<NewInput, NewOutput>(
        _ decode: @escaping @Sendable (JSONValue) throws -> NewOutput
    ) -> Signature<NewInput, NewOutput> {
        Signature<NewInput, NewOutput>(self.erased, app: self.app, problem: self.problem, decode: decode)
    }
}
