import NIOCore
import NIOPosix
import Synchronization

/// One end of the socket between a supervisor and a task host.
final class HostLink: Sendable {
    /// The loop of all links of a process, with a thread of its own that never ends.
    ///
    /// Tasks cannot keep it busy, so a host sees at once that its supervisor is gone. And the kernel kills a child with
    /// `PR_SET_PDEATHSIG` when the *thread* that started it ends, which those of Swift's pool may do at any time: hosts are
    /// started here.
    static let eventLoop: any EventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()

    /// Takes the frames that came with one read.
    typealias Receiver = @Sendable ([EncodedHostFrame]) throws(HostProtocolError) -> Void

    /// Frames that wait for the next turn of the loop.
    private struct Outbox {
        var bytes: [UInt8] = []
        /// Whom to tell when they are written.
        var observers: [@Sendable () -> Void] = []
    }

    private let channel: any Channel
    private let outbox = Mutex(Outbox())

    private init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Speaks on a connected socket, which it takes over.
    ///
    /// - Parameters:
    ///   - descriptor: The socket; closed if this fails.
    ///   - receive: Takes frames, on the event loop, in order.
    ///   - close: Called once, on the event loop: with what was wrong with the last frame, or with nothing.
    static func open(
        _ descriptor: CInt,
        receive: @escaping Receiver,
        close: @escaping @Sendable (HostProtocolError?) -> Void
    ) async throws -> HostLink {
        let channel = try await ClientBootstrap(group: Self.eventLoop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(HostLinkHandler(receive: receive, close: close))
                }
            }
            .withConnectedSocket(descriptor)
            .get()
        return HostLink(channel)
    }
}

extension HostLink {
    /// Sends a frame; one that comes after the end is lost.
    ///
    /// - Parameter observer: Called on the event loop when the other side, or the kernel for it, has taken the frame, or nobody will.
    /// - Throws: ``HostProtocolError/tooLarge(_:)``.
    func send(
        _ frame: EncodedHostFrame,
        onWritten observer: (@Sendable () -> Void)? = nil
    ) throws(HostProtocolError) {
        let isFirst = try self.outbox.withLock { outbox throws(HostProtocolError) in
            let isFirst = outbox.bytes.isEmpty
            try frame.append(to: &outbox.bytes)
            if let observer { outbox.observers.append(observer) }
            return isFirst
        }
        // One system call for all frames of a turn.
        if isFirst { self.channel.eventLoop.execute { self.flush() } }
    }

    /// Reads on, or does not, as `isWanted` says on the event loop: the last call decides, in whatever order they come.
    func read(if isWanted: @escaping @Sendable () -> Bool) {
        let channel = self.channel
        let loop = channel.eventLoop
        // A host that is not to be read has to be stopped before the next bytes come.
        if loop.inEventLoop {
            channel.setOption(.autoRead, value: isWanted()).whenFailure { _ in }
        } else {
            loop.execute { channel.setOption(.autoRead, value: isWanted()).whenFailure { _ in } }
        }
    }

    /// Closes the socket; what was sent before still goes out.
    func close() {
        self.channel.eventLoop.execute {
            self.flush()
            self.channel.close(promise: nil)
        }
    }

    /// Calls `body` on the event loop after a time.
    static func schedule(after delay: Duration, _ body: @escaping @Sendable () -> Void) -> Scheduled<Void> {
        self.eventLoop.scheduleTask(in: TimeAmount(delay), body)
    }

    private func flush() {
        let outbox = self.outbox.withLock { outbox in
            defer { outbox = Outbox() }
            return outbox
        }
        guard !outbox.bytes.isEmpty else { return }
        let buffer = ByteBuffer(bytes: outbox.bytes)
        guard !outbox.observers.isEmpty else { return self.channel.writeAndFlush(buffer, promise: nil) }
        self.channel.writeAndFlush(buffer).whenComplete { _ in
            for observer in outbox.observers { observer() }
        }
    }
}
