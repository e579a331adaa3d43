private import CTaskHost
import CeleryProtocol
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A task host's way to its supervisor.
///
/// When it ends, the process does: a task that went on would run beside its successor.
package final class SupervisorLink: Sendable {
    /// What the supervisor wants besides runs.
    enum Request: Sendable {
        case cancel(RunID)
        /// `nil` for a question that this version does not know.
        case ask(Int64, HostQuestion?)
    }

    /// Where the tasks run that the supervisor sends.
    let lanes = RunLanes()
    /// What it wants besides, in order.
    let requests: AsyncStream<Request>
    private let requestSink: AsyncStream<Request>.Continuation
    private let state = Mutex(State())
    private let link = Mutex<HostLink?>(nil)

    private struct State {
        var lastCall: Int64 = 0
        var calls: [Int64: CheckedContinuation<Result<HostFrame, TaskBrokerError>, Never>] = [:]
        var watches: [Int64: AsyncStream<ResultUpdate>.Continuation] = [:]
    }

    private init() {
        (self.requests, self.requestSink) = AsyncStream.makeStream()
    }
}

// MARK: Opening

extension SupervisorLink {
    /// Takes over the socket that a supervisor has left to this process, on descriptor 3.
    ///
    /// From here on the process ends with its supervisor.
    ///
    /// - Throws: ``TaskBrokerError/Code/invalidConfiguration`` if there is none.
    package static func inherited() async throws -> SupervisorLink {
        // A program that a task starts must not keep the socket open.
        guard fcntl(CTASKHOST_SOCKET, F_SETFD, FD_CLOEXEC) == 0 else {
            throw TaskBrokerError(
                .invalidConfiguration,
                "There is no supervisor: workers start this command, people do not."
            )
        }
        CTaskHost_dieWithParent()
        CTaskHost_writeLinesAtOnce()
        let supervisor = SupervisorLink()
        let link = try await HostLink.open(CTASKHOST_SOCKET) { frames throws(HostProtocolError) in
            try supervisor.receive(frames)
        } close: { fault in
            Self.end(fault)
        }
        supervisor.link.withLock { $0 = link }
        return supervisor
    }

    /// Ends the process at once, whatever its tasks do.
    private static func end(_ fault: HostProtocolError?) -> Never {
        if let fault {
            let line = Array("the supervisor does not speak the task host protocol: \(fault)\n".utf8)
            _ = unsafe write(2, line, line.count)
        }
        _exit(fault == nil ? 0 : 76)
    }

    private func receive(_ frames: [EncodedHostFrame]) throws(HostProtocolError) {
        var orders: [RunOrder] = []
        for frame in frames {
            if frame.kind == .run {
                orders.append(try RunOrder(frame))
                continue
            }
            // What cancels a run must find it.
            self.lanes.add(orders)
            orders = []
            try self.receive(frame)
        }
        self.lanes.add(orders)
    }

    private func receive(_ encoded: EncodedHostFrame) throws(HostProtocolError) {
        guard [.cancel, .ask, .reply, .update].contains(encoded.kind) else { return }
        let frame = try HostFrame(encoded)
        switch frame.kind {
        case .cancel: self.requestSink.yield(.cancel(try frame.integer(.run)))
        case .ask: self.requestSink.yield(.ask(try frame.integer(.id), try HostQuestion(frame)))
        case .reply:
            let id = try frame.integer(.id)
            self.state.withLock { $0.calls.removeValue(forKey: id) }?.resume(returning: .success(frame))
        default:
            let id = try frame.integer(.watch)
            guard let watch = self.state.withLock({ $0.watches[id] }),
                let document = try? ResultDocument(decoding: frame.body)
            else { return }
            watch.yield(ResultUpdate(taskID: try frame.string(.task), document: document))
        }
    }
}

// MARK: Speaking

extension SupervisorLink {
    /// Sends a frame.
    ///
    /// - Throws: ``HostProtocolError/tooLarge(_:)``.
    func send(_ frame: EncodedHostFrame) throws(HostProtocolError) {
        guard let link = self.link.withLock({ $0 }) else { return }
        try link.send(frame)
    }

    /// Asks the supervisor for something and returns its reply.
    func call(_ call: HostCall) async throws(TaskBrokerError) -> HostFrame {
        try await self.call(self.nextCall(), call)
    }

    /// Has the supervisor pass on what is announced about tasks.
    ///
    /// - Returns: The number to give to ``unwatch(_:)``.
    func watch(
        _ taskIDs: [String],
        _ updates: AsyncStream<ResultUpdate>.Continuation
    ) async throws(TaskBrokerError) -> Int64 {
        let id = self.nextCall()
        self.state.withLock { $0.watches[id] = updates }
        do throws(TaskBrokerError) {
            _ = try await self.call(id, .watch(taskIDs))
            return id
        } catch {
            self.unwatch(id)
            throw error
        }
    }

    /// Ends a watch.
    func unwatch(_ id: Int64) {
        self.state.withLock { $0.watches.removeValue(forKey: id) }?.finish()
        try? self.send(HostCall.unwatch(id).frame(self.nextCall()).encoded)
    }

    private func nextCall() -> Int64 {
        self.state.withLock { state in
            state.lastCall += 1
            return state.lastCall
        }
    }

    private func call(_ id: Int64, _ call: HostCall) async throws(TaskBrokerError) -> HostFrame {
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                self.state.withLock { $0.calls[id] = waiter }
                do throws(HostProtocolError) {
                    try self.send(call.frame(id).encoded)
                } catch {
                    self.end(id, TaskBrokerError(.publishRefused, "A call of this task cannot be sent: \(error)."))
                }
                if Task.isCancelled { self.end(id, Self.cancelled) }
            }
        } onCancel: {
            self.end(id, Self.cancelled)
        }
        let reply = try result.get()
        if let failure = reply.failure { throw failure }
        return reply
    }

    private func end(_ id: Int64, _ error: TaskBrokerError) {
        self.state.withLock { $0.calls.removeValue(forKey: id) }?.resume(returning: .failure(error))
    }

    private static var cancelled: TaskBrokerError {
        TaskBrokerError(.cancelled, "The task was cancelled while it waited for its supervisor.")
    }
}
