public import CeleryProtocol

extension Signature {
    /// A copy with options: Celery's `set`.
    ///
    /// ```swift
    /// mul.partial(10).set { $0.queue = "slow" }
    /// ```
    ///
    /// What is left open stays as it was. Options of a chain are those of its first task, options of a group those of every
    /// member. ``TaskOptions/unique`` cannot travel in a signature.
    public func set(_ change: (inout TaskOptions) -> Void) -> Self {
        self.changing { node in
            var options = TaskOptions()
            change(&options)
            let (callbacks, errbacks) = (options.link, options.linkError)
            (options.link, options.linkError) = ([], [])
            node.set(try options.signatureOptions)
            for callback in callbacks { node.link(callback) }
            for errback in errbacks { node.linkError(errback) }
        }
    }

    /// A copy whose tasks all carry stamps, which are headers that can be searched and revoked by.
    public func stamp(_ stamps: [String: JSONValue]) -> Self {
        self.changing { $0.stamp(stamps) }
    }
}

// MARK: Callbacks

extension Signature {
    /// A copy that calls `callback` with the result when it succeeds, beside whatever follows in a chain.
    ///
    /// A group has no single result: follow it with `|` instead.
    public func link<Next>(_ callback: Signature<Output, Next>) -> Self {
        self.changing { node in
            guard !node.endsInGroup else {
                throw TaskBrokerError(
                    .invalidConfiguration,
                    "A group has no single result to call a callback with: let the callback follow it with `|`."
                )
            }
            node.link(try callback.node)
        }
    }

    /// A copy that calls `callback` when it succeeds; of a group, when its first member does, as in Celery.
    public func link<Next>(_ callback: Signature<Void, Next>) -> Self {
        self.changing { $0.link(try callback.immutable().node) }
    }

    /// A copy that calls `callback` when it succeeds, which returns nothing.
    public func link<Next>(_ callback: Signature<Void, Next>) -> Self where Output == Void {
        self.changing { $0.link(try callback.immutable().node) }
    }

    /// A copy that calls `errback` with the id of the task that failed; or an error handler, which gets to know more:
    /// ``TaskApp/errorHandler(_:options:_:)``.
    ///
    /// Every task of a chain and of a group gets it, of a chord the body.
    public func linkError<Next>(_ errback: Signature<String, Next>) -> Self {
        self.changing { $0.linkError(try errback.node) }
    }

    /// A copy that calls `errback` when a task of it fails.
    public func linkError<Next>(_ errback: Signature<Void, Next>) -> Self {
        self.changing { $0.linkError(try errback.immutable().node) }
    }
}
