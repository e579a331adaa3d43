import UnixSignals

/// Ctrl-C and SIGTERM while a command runs: once ends it cleanly, twice at once.
package enum Interruption {
    private enum Ending<Value: Sendable>: Sendable {
        case value(Value)
        case signal(UnixSignal)
        /// There are no more signals, because nobody needs them.
        case silence
    }

    /// Runs `body`, and cancels it when the first signal arrives.
    ///
    /// - Throws: ``CommandError`` with the status of the signal, or what `body` throws.
    package static func ending<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let (first, trigger) = AsyncStream<UnixSignal>.makeStream()
        return try await withThrowingTaskGroup(of: Ending<Value>.self, returning: Value.self) { group in
            group.addTask {
                var isFirst = true
                for await signal in signals {
                    if !isFirst { CurrentProcess.exit(self.status(of: signal)) }
                    isFirst = false
                    trigger.yield(signal)
                }
                return .silence
            }
            group.addTask { .value(try await self.run(body, until: first)) }
            defer { group.cancelAll() }
            while let ending = try await group.next() {
                if case .value(let value) = ending { return value }
            }
            throw CancellationError()
        }
    }

    /// The status of a process that a signal ended.
    static func status(of signal: UnixSignal) -> ExitStatus {
        signal == .sigint ? .interrupted : .terminated
    }

    /// Runs `body`; after a signal, cancels it and waits for it to end.
    private static func run<Value: Sendable>(
        _ body: @escaping @Sendable () async throws -> Value,
        until signals: AsyncStream<UnixSignal>
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Ending<Value>.self, returning: Value.self) { group in
            group.addTask { .value(try await body()) }
            group.addTask {
                for await signal in signals { return .signal(signal) }
                return .silence
            }
            defer { group.cancelAll() }
            while let ending = try await group.next() {
                switch ending {
                case .value(let value): return value
                case .signal(let signal): throw CommandError(self.status(of: signal), "Interrupted.")
                case .silence: continue
                }
            }
            throw CancellationError()
        }
    }
}
