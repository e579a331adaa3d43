import CeleryProtocol
import NIOCore
import NIOPosix
import Synchronization

/// A task host that is a child process, from its start to its end.
///
/// This file starts it and takes its frames. What runs in it is in `HostProcess+Running.swift`, its end in `HostProcess+Ending.swift`, and
/// what it asks for in `HostProcess+Calls.swift`.
final class HostProcess: Sendable {
    /// What comes from the host besides outcomes.
    enum Event: Sendable {
        case hello(HostHello)
        case call(HostFrame, HostBacklog.Ticket)
    }

    /// A task that runs in it.
    struct Run {
        let claim: Claim
        /// Whom to tell how it has ended.
        let end: @Sendable (RunEnd) -> Void
    }

    struct State {
        var runs: [RunID: Run] = [:]
        var kills = KillSchedule()
        var questions: [Int64: CheckedContinuation<HostAnswer?, Never>] = [:]
        var lastQuestion: Int64 = 0
        var isGreeted = false
        var isClosed = false
        var condemnation: Condemnation?
        var fault: HostProtocolError?
    }

    let pid: CInt
    let output: HostOutput
    /// Ends when the socket does.
    let events: AsyncStream<Event>
    private let eventSink: AsyncStream<Event>.Continuation
    let state = Mutex(State())
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
    ///
    /// - Parameter executor: Where the supervisor runs. If that is an event loop, frames come and go there, too, and a task changes no
    ///   threads on its way through the supervisor.
    static func start(
        _ configuration: HostConfiguration,
        beside executor: any TaskExecutor = globalConcurrentExecutor
    ) async throws -> HostProcess {
        let eventLoop = await withTaskExecutorPreference(executor) { MultiThreadedEventLoopGroup.currentEventLoop }
        let launched = try await HostLink.eventLoop.submit { try HostLauncher.start(configuration) }.get()
        let process = HostProcess(pid: launched.pid, output: HostOutput())
        do {
            try await process.output.read(launched.output)
            let link = try await HostLink.open(launched.socket, on: eventLoop ?? HostLink.eventLoop) {
                frames throws(HostProtocolError) in
                try process.receive(frames)
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
}

// MARK: Frames

extension HostProcess {
    /// Sends a frame.
    ///
    /// - Parameter observer: Called when the host, or the kernel for it, has taken the frame, or nobody will.
    /// - Throws: ``HostProtocolError/tooLarge(_:)``.
    func send(
        _ frame: EncodedHostFrame,
        onWritten observer: (@Sendable () -> Void)? = nil
    ) throws(HostProtocolError) {
        guard let link = self.link.withLock({ $0 }) else { return }
        try link.send(frame, onWritten: observer)
    }

    private func receive(_ frames: [EncodedHostFrame]) throws(HostProtocolError) {
        var frames = frames[...]
        let isGreeted = self.state.withLock { state in
            defer { state.isGreeted = true }
            return state.isGreeted
        }
        if !isGreeted, let first = frames.popFirst() {
            self.eventSink.yield(.hello(try HostHello(HostFrame(first))))
        }
        var reports: [RunReport] = []
        // Whatever is wrong with a later frame, these runs have ended.
        defer { self.end(reports) }
        for frame in frames {
            switch frame.kind {
            case .done: reports.append(try RunReport(frame))
            case .call:
                let call = try HostFrame(frame)
                let ticket = self.note { $0.begin(bytes: frame.length) }
                self.eventSink.yield(.call(call, ticket))
            case .answer:
                let answer = try HostFrame(frame)
                self.end(try answer.integer(.id), try HostAnswer(answer))
            case .hello: throw .outOfOrder(frame.kind)
            default: break
            }
        }
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
}
