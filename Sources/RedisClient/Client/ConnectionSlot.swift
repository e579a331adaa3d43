import Logging
import NIOCore
import Synchronization

/// The place where the current connection is found, and where senders wait while there is none.
///
/// ``ReconnectLoop`` fills and empties it; everybody else asks for the connection.
final class ConnectionSlot: Sendable {
    private struct Waiting {
        let waiter: TimedWaiter<RedisConnection>
        let failsFast: Bool
    }

    private struct State {
        var connection: RedisConnection?
        /// How many connections there have been.
        var connectionCount: UInt64 = 0
        /// Why there is no connection; `nil` before the first attempt has ended.
        var cause: RedisError?
        /// Whether the loop that filled the slot has ended.
        var isStopped = false
        var waiting: [UInt64: Waiting] = [:]
        var observers: [UInt64: AsyncStream<Void>.Continuation] = [:]
        var lastID: UInt64 = 0

        mutating func makeID() -> UInt64 {
            self.lastID &+= 1
            return self.lastID
        }
    }

    private let configuration: RedisConfiguration
    private let eventLoop: any EventLoop
    private let logger: Logger
    private let state = Mutex(State())

    /// Creates an empty slot for connections to a server; the event loop keeps the deadlines of those who wait.
    init(_ configuration: RedisConfiguration, eventLoop: any EventLoop, logger: Logger) {
        self.configuration = configuration
        self.eventLoop = eventLoop
        self.logger = logger
    }

    private var address: RedisAddress { self.configuration.url.address }

    /// The connection that there is now.
    private var current: RedisConnection? { self.state.withLock { $0.connection } }

    /// Whether there is a connection now.
    var isConnected: Bool { self.current != nil }

    /// The number of the connection that there is now, which no other one has had.
    var connectionNumber: UInt64? { self.state.withLock { $0.connection == nil ? nil : $0.connectionCount } }

    /// Why there is no connection; `nil` if there is one, or if none has been tried yet.
    var outage: RedisError? { self.state.withLock { $0.connection == nil ? $0.cause : nil } }
}

// MARK: - For the owner

extension ConnectionSlot {
    /// Announces a connection and lets everybody who waits have it.
    func fill(_ connection: RedisConnection) {
        let (waiting, observers) = self.state.withLock { state in
            state.connection = connection
            state.connectionCount &+= 1
            state.cause = nil
            state.isStopped = false
            defer { state.waiting = [:] }
            return (Array(state.waiting.values), Array(state.observers.values))
        }
        for waiting in waiting { waiting.waiter.resume(.success(connection)) }
        for observer in observers { observer.yield() }
    }

    /// Removes the connection; those who fail fast learn the cause, the others go on waiting.
    func empty(_ cause: RedisError) {
        let cause = cause.asOutage()
        let hurried = self.state.withLock { state in
            state.connection = nil
            state.cause = cause
            let hurried = state.waiting.filter { $0.value.failsFast }
            for id in hurried.keys { state.waiting[id] = nil }
            return hurried
        }
        for waiting in hurried.values { waiting.waiter.resume(.failure(cause)) }
    }

    /// Lets nobody wait any longer, because nothing will come.
    func stop() {
        let (waiting, observers) = self.state.withLock { state in
            state.connection = nil
            state.isStopped = true
            defer { (state.waiting, state.observers) = ([:], [:]) }
            return (state.waiting.values, state.observers.values)
        }
        for waiting in waiting { waiting.waiter.resume(.failure(self.stopped)) }
        for observer in observers { observer.finish() }
    }

    /// Closes the connection, so that another one takes its place.
    func drop(_ reason: RedisError) {
        self.current?.close(reason)
    }

    private var stopped: RedisError {
        RedisError(.connectionClosed, "The client of Redis at \(self.address) has been stopped.")
    }
}

// MARK: - For senders

extension ConnectionSlot {
    /// The connection, waiting for one if need be.
    ///
    /// - Parameters:
    ///   - deadline: When to stop waiting.
    ///   - failsFast: Whether to stop waiting when an attempt to connect has failed.
    /// - Throws: The cause of the outage, so that one clear message reaches the user.
    func connection(before deadline: NIODeadline, failsFast: Bool = false) async throws(RedisError) -> RedisConnection {
        if let connection = self.current { return connection }
        let id = self.state.withLock { $0.makeID() }
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                self.wait(id, continuation, until: deadline, failsFast: failsFast)
                // A cancellation that came before the continuation was stored has found nothing to fail.
                if Task.isCancelled { self.fail(id, Self.cancelled) }
            }
        } onCancel: {
            self.fail(id, Self.cancelled)
        }
        return try result.get()
    }

    /// Sends commands in one write over the connection with this number, and over no other that has taken its place.
    func send(
        _ commands: some Collection<RESPCommand> & Sendable,
        over number: UInt64,
        deadline: NIODeadline
    ) async throws(RedisError) -> [RESPValue] {
        let connection = self.state.withLock { $0.connectionCount == number ? $0.connection : nil }
        guard let connection else {
            throw RedisError(.connectionClosed, "The connection to Redis at \(self.address) was replaced.")
        }
        let replies = try await connection.send(commands, deadline: deadline)
        for case .error(let reply) in replies { self.note(refusal: reply, on: connection) }
        return replies
    }

    /// Sends commands in one write over the current connection, or the next.
    ///
    /// Commands that met a closed connection were not sent, and go to the next one; those that were sent are not repeated.
    func send(
        _ commands: some Collection<RESPCommand> & Sendable,
        deadline: NIODeadline
    ) async throws(RedisError) -> [RESPValue] {
        while true {
            let connection = try await self.connection(before: deadline)
            do throws(RedisError) {
                let replies = try await connection.send(commands, deadline: deadline)
                for case .error(let reply) in replies { self.note(refusal: reply, on: connection) }
                return replies
            } catch {
                try self.forget(connection, after: error)
            }
        }
    }

    /// Writes commands to the current connection, or the next, and does not wait for replies.
    func post(
        _ commands: some Collection<RESPCommand> & Sendable,
        deadline: NIODeadline
    ) async throws(RedisError) {
        while true {
            let connection = try await self.connection(before: deadline)
            do throws(RedisError) {
                return try await connection.post(commands, deadline: deadline)
            } catch {
                try self.forget(connection, after: error)
            }
        }
    }

    private func note(refusal reply: String, on connection: RedisConnection) {
        let error = RedisError(reply: reply)
        self.configuration.outages.note(refusal: error, self.configuration.url, to: self.logger)
        // The server is not the primary any more: resolve its name again.
        if error.remedy == .reconnect { connection.close(error) }
    }

    private func wait(
        _ id: UInt64,
        _ continuation: TimedWaiter<RedisConnection>.Continuation,
        until deadline: NIODeadline,
        failsFast: Bool
    ) {
        let result: Result<RedisConnection, RedisError>? = self.state.withLock { state in
            if let connection = state.connection { return .success(connection) }
            if state.isStopped { return .failure(self.stopped) }
            if failsFast, let cause = state.cause { return .failure(cause) }
            let waiter = TimedWaiter(continuation, on: self.eventLoop, until: deadline) {
                self.fail(id, self.neverConnected)
            }
            state.waiting[id] = Waiting(waiter: waiter, failsFast: failsFast)
            return nil
        }
        if let result { continuation.resume(returning: result) }
    }

    private func fail(_ id: UInt64, _ error: RedisError) {
        let (waiting, cause) = self.state.withLock { ($0.waiting.removeValue(forKey: id), $0.cause) }
        waiting?.waiter.resume(.failure(error.code == .cancelled ? error : cause ?? error))
    }

    /// Forgets a connection that turned out to be closed before its owner noticed, and had not sent anything, so that the next one can;
    /// throws every other error.
    private func forget(_ connection: RedisConnection, after error: RedisError) throws(RedisError) {
        guard error.code == .connectionClosed, !error.mayHaveExecuted else { throw error }
        self.state.withLock { state in
            guard state.connection === connection else { return }
            state.connection = nil
            state.cause = error.asOutage()
        }
    }

    private static var cancelled: RedisError {
        RedisError(.cancelled, "The task that waited for a connection to Redis was cancelled.")
    }

    private var neverConnected: RedisError {
        RedisError(
            .deadlineExceeded,
            "There was no connection to Redis at \(self.address) in time: it is still being made, or run() was not called."
        )
    }
}

// MARK: - For observers

extension ConnectionSlot {
    /// An element for each connection from now on, and one at once if there is a connection already.
    ///
    /// Somebody who is slow sees the latest only. Ends when the slot is stopped.
    func connects() -> AsyncStream<Void> {
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = self.state.withLock { state in
            let id = state.makeID()
            if state.isStopped { continuation.finish() } else { state.observers[id] = continuation }
            if state.connection != nil { continuation.yield() }
            return id
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { $0.observers[id] = nil }
        }
        return stream
    }
}
