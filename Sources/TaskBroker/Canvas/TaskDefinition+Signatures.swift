import CeleryProtocol

extension TaskDefinition {
    /// A call to be sent later, or to be composed with others.
    public func s<each Argument>(
        _ arguments: repeat each Argument
    ) -> Signature<Void, Output> where Arguments == (repeat each Argument) {
        self.signature { try self.arguments.encode((repeat each arguments)) }
    }

    /// A call whose first argument is the result of the task before it.
    ///
    /// ```swift
    /// add.s(2, 2) | mul.partial(10)   // mul(4, 10)
    /// ```
    ///
    /// A payload task takes its whole payload from there.
    public func partial<First: Codable & Sendable, each Rest: Codable & Sendable>(
        _ rest: repeat each Rest
    ) -> Signature<First, Output> where Arguments == (First, repeat each Rest) {
        self.signature {
            var encoded: [JSONValue] = []
            for argument in repeat each rest { encoded.append(try JSONValue(encoding: argument)) }
            return TaskArguments(encoded)
        }
    }

    private func signature<Input>(_ arguments: () throws -> TaskArguments) -> Signature<Input, Output> {
        let empty = Signature<Input, Output>(
            SignatureNode(.task(self.name)),
            app: self.app,
            decode: self.output.decode
        )
        return empty.changing { node in
            let arguments = try arguments()
            node.args = arguments.positional
            node.kwargs = arguments.keyword
        }
    }
}

// MARK: Many arguments in one message

extension TaskDefinition {
    /// One message that calls the task with every item, one after the other, in one worker; the result is an array.
    ///
    /// For tasks of one argument.
    public func map(_ items: some Sequence<Arguments>) -> Signature<Void, [Output]> where Arguments: Codable {
        self.mapping { .map(SignatureNode(.task(self.name)), over: try items.map(JSONValue.init(encoding:))) }
    }

    /// One message that calls the task with every tuple of arguments, one after the other, in one worker.
    public func starmap<each Argument: Codable & Sendable>(
        _ items: some Sequence<Arguments>
    ) -> Signature<Void, [Output]> where Arguments == (repeat each Argument) {
        self.mapping { .starmap(SignatureNode(.task(self.name)), over: try items.map(self.list)) }
    }

    /// Messages that each call the task with `size` tuples of arguments: many calls with less overhead.
    ///
    /// - Returns: A group; its result has an array for each message.
    public func chunks<each Argument: Codable & Sendable>(
        _ items: some Sequence<Arguments>,
        size: Int
    ) -> Signature<Void, [[Output]]> where Arguments == (repeat each Argument) {
        var chunks: [[Arguments]] = []
        for item in items {
            if let last = chunks.last, last.count < size {
                chunks[chunks.count - 1].append(item)
            } else {
                chunks.append([item])
            }
        }
        // Celery's form for chunks is a group as well once it is sent.
        var signature = group(chunks.map { self.starmap($0) })
        if size < 1 {
            signature.problem = TaskBrokerError(.invalidConfiguration, "The size of chunks is not positive: \(size).")
        }
        return signature
    }

    /// One tuple of arguments as a list.
    private func list(_ arguments: Arguments) throws -> JSONValue {
        let arguments = try self.arguments.encode(arguments)
        guard arguments.keyword.isEmpty else {
            throw TaskBrokerError(
                .invalidConfiguration,
                "The task '\(self.name)' takes a payload: call it with `map`, which gives each payload as one argument."
            )
        }
        return .array(arguments.positional)
    }

    private func mapping(_ make: () throws -> SignatureNode) -> Signature<Void, [Output]> {
        let decode = self.output.decode
        let empty = Signature<Void, [Output]>(SignatureNode(.task(self.name)), app: self.app) { value in
            guard let values = value.arrayValue else {
                throw DecodingError.dataCorrupted(
                    .init(codingPath: [], debugDescription: "The result of a map is not an array.")
                )
            }
            return try values.map(decode)
        }
        return empty.changing { $0 = try make() }
    }
}
