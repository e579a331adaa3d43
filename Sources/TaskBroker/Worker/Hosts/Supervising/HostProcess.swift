import CeleryProtocol
import NIOCore
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A task host that is a child process, from its start to its end.
final class HostProcess: Sendable {
    /// What comes from the host besides outcomes.
    enum Event: Sendable {
        case hello(HostHello)
        case call(HostFrame, HostBacklog.Ticket)
    }

    /// How a run ended, as far as this host is concerned.
    enum RunEnd: Sendable {
        case reported(RunReport)
        case lost(LostRun)
        /// The host was gone already.
        case notStarted
    }

    /// Why the supervisor itself kills a host.
    enum Condemnation: Sendable, Hashable {
        /// A task is over its hard time limit.
        case overtime(RunID, limit: Duration)
        /// A task goes on although it was told to end.
        case defiant(RunID)
        /// The process occupies far too much memory.
        case memory(bytes: Int, limit: Int)
    }

    private struct Run {
        let waiter: CheckedContinuation<RunEnd, Never>
        var timers: [Scheduled<Void>] = []
    }

    private struct State {
        var runs: [RunID: Run] = [:]
        var questions: [Int64: CheckedContinuation<HostAnswer?, Never>] = [:]
        var lastQuestion: Int64 = 0
        var isGreeted = false
        var isClosed = false
        var condemnation: Condemnation?
        var fault: HostProtocolError?
    }

    /// After the hard time limit the task has this long to end by itself.
    static let hardLimitGrace: Duration = .milliseconds(150)
    /// A task that was told to end has this long to do so.
    static let cancellationGrace: Duration = .seconds(5)

    let pid: CInt
    let output: HostOutput
    /// Ends when the socket does.
    let events: AsyncStream<Event>
    private let eventSink: AsyncStream<Event>.Continuation
    private let state = Mutex(State())
    let link = Mutex<HostLink?>(nil)
    /// What the host has asked for.
    let backlog = Mutex(HostBacklog())

    private init(pid: CInt, output: HostOutput) {
        self.pid = pid
        self.output = output
        (self.events, self.eventSink) = AsyncStream.makeStream()
    }
}

// MARK: Starting

extension HostProcess {
    /// Starts a process and connects to it.
    static func start(_ configuration: HostConfiguration) async throws -> HostProcess {
        let launched = try await HostLink.eventLoop.submit { try HostLauncher.start(configuration) }.get()
        let process = HostProcess(pid: launched.pid, output: HostOutput())
        do {
            try await process.output.read(launched.output)
            let link = try await HostLink.open(launched.socket) { frame, length throws(HostProtocolError) in
                try process.receive(frame, length)
            } close: { fault in
                process.noteClosing(fault)
            }
            process.link.withLock { $0 = link }
            process.regulate()
            return process
        } catch {
            process.kill()
            _ = await process.reap()
            throw error
        }
    }

    private func receive(_ frame: HostFrame, _ length: Int) throws(HostProtocolError) {
        let isFirst = self.state.withLock { state in
            defer { state.isGreeted = true }
            return !state.isGreeted
        }
        if isFirst {
            self.eventSink.yield(.hello(try HostHello(frame)))
            return
        }
        switch frame.kind {
        case .done: self.end(try RunReport(frame))
        case .call:
            let ticket = self.note { $0.begin(bytes: length) }
            self.eventSink.yield(.call(frame, ticket))
        case .answer:
            self.end(try frame.integer(.id), try HostAnswer(frame))
        case .hello: throw .outOfOrder(frame.kind)
        default: break
        }
    }
}

// MARK: Running tasks

extension HostProcess {
    /// Has a task run; cancelling the calling Swift task tells it to end.
    func execute(_ order: RunOrder) async -> RunEnd {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let isOpen = self.state.withLock { state in
                    if !state.isClosed { state.runs[order.id] = Run(waiter: waiter) }
                    return !state.isClosed
                }
                guard isOpen else { return waiter.resume(returning: .notStarted) }
                do throws(HostProtocolError) {
                    try self.send(order.frame)
                } catch {
                    return self.end(RunReport(order.id, unsent: error))
                }
                if let limit = order.limits.hard {
                    self.condemn(.overtime(order.id, limit: limit), after: limit + Self.hardLimitGrace, for: order.id)
                }
                if Task.isCancelled { self.cancel(order.id) }
            }
        } onCancel: {
            self.cancel(order.id)
        }
    }

    /// Asks user code for something else; `nil` if the host dies meanwhile.
    func ask(_ question: HostQuestion) async -> HostAnswer? {
        await withCheckedContinuation { waiter in
            let id = self.state.withLock { state -> Int64? in
                guard !state.isClosed else { return nil }
                state.lastQuestion += 1
                state.questions[state.lastQuestion] = waiter
                return state.lastQuestion
            }
            guard let id else { return waiter.resume(returning: nil) }
            do throws(HostProtocolError) {
                try self.send(question.frame(id))
            } catch {
                self.end(id, .failed(ExceptionDocument(error)))
            }
        }
    }

    /// Sends bytes that were encoded before.
    func send(bytes: [UInt8], onWritten observer: (@Sendable () -> Void)? = nil) {
        self.link.withLock { $0 }?.send(bytes: bytes, onWritten: observer)
    }

    private func send(_ frame: HostFrame) throws(HostProtocolError) {
        self.send(bytes: try frame.encoded())
    }

    private func cancel(_ run: RunID) {
        guard self.state.withLock({ $0.runs[run] != nil }) else { return }
        // It is small. And what is not told to end is killed.
        try? self.send(HostFrame(.cancel, [.run: .integer(run)]))
        self.condemn(.defiant(run), after: Self.cancellationGrace, for: run)
    }

    private func end(_ report: RunReport) {
        guard let run = self.state.withLock({ $0.runs.removeValue(forKey: report.id) }) else { return }
        for timer in run.timers { timer.cancel() }
        run.waiter.resume(returning: .reported(report))
    }

    private func end(_ question: Int64, _ answer: HostAnswer) {
        self.state.withLock { $0.questions.removeValue(forKey: question) }?.resume(returning: answer)
    }
}

extension RunReport {
    /// Of a run that no host can be given.
    fileprivate init(_ id: RunID, unsent error: HostProtocolError) {
        let reason = "it cannot be sent to a task host: \(error)"
        self.init(
            id: id,
            outcome: .undeliverable(reason: reason, ExceptionDocument(error)),
            children: [],
            isFollowed: true
        )
    }
}

// MARK: Ending

extension HostProcess {
    /// Kills the process after a time unless a run has ended by then.
    private func condemn(_ condemnation: Condemnation, after delay: Duration, for run: RunID) {
        let timer = HostLink.schedule(after: delay) {
            self.condemn(condemnation) { $0.runs[run] != nil }
        }
        let isKept = self.state.withLock { state in
            state.runs[run]?.timers.append(timer)
            return state.runs[run] != nil
        }
        if !isKept { timer.cancel() }
    }

    /// Kills the process for using too much memory.
    func condemn(memory bytes: Int, limit: Int) {
        self.condemn(.memory(bytes: bytes, limit: limit)) { _ in true }
    }

    private func condemn(_ condemnation: Condemnation, if isDue: (State) -> Bool) {
        let isFirst = self.state.withLock { state in
            guard state.condemnation == nil, isDue(state) else { return false }
            state.condemnation = condemnation
            return true
        }
        if isFirst { self.kill() }
    }

    /// Lets the host end: its side of the socket comes to an end.
    func close() {
        self.link.withLock { $0 }?.close()
    }

    /// Kills the process and those that it has started.
    func kill() {
        #if canImport(Glibc)
        _ = Glibc.kill(-self.pid, SIGKILL)
        #elseif canImport(Musl)
        _ = Musl.kill(-self.pid, SIGKILL)
        #else
        _ = Darwin.kill(-self.pid, SIGKILL)
        #endif
    }

    private func noteClosing(_ fault: HostProtocolError?) {
        self.state.withLock { state in
            state.isClosed = true
            state.fault = fault
        }
        // Nobody knows what it would do next.
        if fault != nil { self.kill() }
        self.eventSink.finish()
    }

    /// Waits for the end of the process, whose socket has ended, and kills it if that does not come.
    func reap() async -> ProcessEnd {
        await withoutCancellation {
            let latest = ContinuousClock.now + .seconds(2)
            var pause = Duration.milliseconds(1)
            var isKilled = false
            var status: CInt = 0
            while unsafe waitpid(self.pid, &status, WNOHANG) == 0 {
                if !isKilled, ContinuousClock.now > latest {
                    self.kill()
                    isKilled = true
                }
                try? await Task.sleep(for: pause)
                pause = min(pause * 2, .milliseconds(20))
            }
            // What the host has started does not outlive it.
            self.kill()
            return ProcessEnd(waitStatus: status)
        }
    }

    /// What was left undone, once the process has ended.
    func takeUndone() -> (runs: [RunID], condemnation: Condemnation?, fault: HostProtocolError?) {
        let (runs, questions, condemnation, fault) = self.state.withLock { state in
            state.isClosed = true
            defer { state.questions = [:] }
            return (Array(state.runs.keys), Array(state.questions.values), state.condemnation, state.fault)
        }
        for question in questions { question.resume(returning: nil) }
        return (runs, condemnation, fault)
    }

    /// Tells whoever waits for runs that they were lost.
    func lose(_ runs: [RunID: LostRun]) {
        for (id, loss) in runs {
            guard let run = self.state.withLock({ $0.runs.removeValue(forKey: id) }) else { continue }
            for timer in run.timers { timer.cancel() }
            run.waiter.resume(returning: .lost(loss))
        }
    }
}
