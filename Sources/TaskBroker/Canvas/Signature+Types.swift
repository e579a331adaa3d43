public import CeleryProtocol

/// Signatures change their types only where somebody says so.
extension Signature {
    /// The same calls, with their return value as it is stored: the array of a tuple's values, say.
    ///
    /// ```swift
    /// group(add.s(1, 1), describe.s(7)).untyped() | app.partialSignature("tasks.report")
    /// ```
    public func untyped() -> Signature<Input, JSONValue> {
        self.retyped { $0 }
    }

    /// The same calls, with their return value read as another type: what comes next takes it as that.
    ///
    /// Says what a task of another program returns, or reads the values of a group into a type of your own.
    public func returning<NewOutput: Codable & Sendable>(
        _ type: NewOutput.Type = NewOutput.self
    ) -> Signature<Input, NewOutput> {
        self.retyped(OutputCoding<NewOutput>.codable.decode)
    }

    /// The same calls after a task that returns something else than their input: says that the value fits all the same.
    public func taking<NewInput: Codable & Sendable>(
        _ type: NewInput.Type = NewInput.self
    ) -> Signature<NewInput, Output> where Input: Codable {
        self.retyped(self.decode)
    }
}

extension Signature where Input == Void {
    /// The same calls, which ignore the result of what comes before them: Celery's `si`.
    ///
    /// Not needed in a chain, where complete signatures ignore it by themselves.
    public func immutable() -> Self {
        self.changing { $0.ignoreInput() }
    }

    /// The same calls, which ignore a value of a type: to stand in a group beside others that take it.
    ///
    /// ```swift
    /// fetch.s(url) | group(parse.partial(), log.s("fetched").immutable(after: Page.self))
    /// ```
    public func immutable<NewInput: Sendable>(after type: NewInput.Type) -> Signature<NewInput, Output> {
        self.immutable().retyped(self.decode)
    }
}
