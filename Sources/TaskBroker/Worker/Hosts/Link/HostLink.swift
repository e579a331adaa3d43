import NIOCore
import NIOPosix
import Synchronization

/// One end of the socket between a supervisor and a task host.
final class HostLink: Sendable {
    /// A loop with a thread of its own that never ends.
    ///
    /// In a host, tasks cannot keep it busy, so that it sees at once that its supervisor is gone. In a supervisor, hosts are started
    /// here: the kernel kills a child with `PR_SET_PDEATHSIG` when the *thread* that started it ends, which those of Swift's pool may do
    /// at any time.
    static let eventLoop: any EventLoop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()

    /// Takes the frames that came with one read.
    typealias Receiver = @Sendable ([EncodedHostFrame]) throws(HostProtocolError) -> Void

    /// Frames that wait until no more come.
    private struct Outbox {
        var bytes: [UInt8] = []
        /// How many bytes there were when somebody last looked whether more were coming.
        var seen = 0
        /// Whom to tell when they are written.
        var observers: [@Sendable () -> Void] = []

        /// Hands over everything, and keeps the memory that the next frames need unless they were unusually many.
        mutating func take() -> (ByteBuffer, [@Sendable () -> Void]) {
            defer {
                self.bytes.removeAll(keepingCapacity: self.bytes.capacity <= 2 * HostLink.maximumBytes)
                self.seen = 0
                self.observers = []
            }
            return (ByteBuffer(bytes: self.bytes), self.observers)
        }
    }

    /// With as many bytes nobody waits for more.
    private static let maximumBytes = 64 << 10

    private let channel: any Channel
    private let outbox = Mutex(Outbox())

    private init(_ channel: any Channel) {
        self.channel = channel
    }

    /// Speaks on a connected socket, which it takes over.
    ///
    /// - Parameters:
    ///   - descriptor: The socket; closed if this fails.
    ///   - eventLoop: Where frames come and go.
    ///   - receive: Takes frames, on the event loop, in order.
    ///   - close: Called once, on the event loop: with what was wrong with the last frame, or with nothing.
    static func open(
        _ descriptor: CInt,
        on eventLoop: any EventLoop = HostLink.eventLoop,
        receive: @escaping Receiver,
        close: @escaping @Sendable (HostProtocolError?) -> Void
    ) async throws -> HostLink {
        let channel = try await ClientBootstrap(group: eventLoop)
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
        let (isFirst, isFull) = try self.outbox.withLock { outbox throws(HostProtocolError) in
            let isFirst = outbox.bytes.isEmpty
            try frame.append(to: &outbox.bytes)
            if let observer { outbox.observers.append(observer) }
            return (isFirst, outbox.bytes.count >= Self.maximumBytes)
        }
        // Whoever sends much on the loop lets it go through its tasks only afterwards.
        if isFull, self.channel.eventLoop.inEventLoop {
            self.flush()
        } else if isFirst {
            self.channel.eventLoop.execute { self.flushWhenQuiet() }
        }
    }

    /// Writes what waits, for whoever knows that nothing comes with it; elsewhere than on the event loop it goes on waiting for its turn.
    func flushAtOnce() {
        if self.channel.eventLoop.inEventLoop { self.flush() }
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

    /// Writes as soon as the loop has gone through its tasks once without another frame.
    ///
    /// The lanes of a host send from their own threads, a report after each task; and the answers to calls come one after the other. One system
    /// call is enough for all.
    private func flushWhenQuiet() {
        let isQuiet = self.outbox.withLock { outbox in
            defer { outbox.seen = outbox.bytes.count }
            return outbox.seen == outbox.bytes.count || outbox.bytes.count >= Self.maximumBytes
        }
        if isQuiet { self.flush() } else { self.channel.eventLoop.execute { self.flushWhenQuiet() } }
    }

    private func flush() {
        let (buffer, observers) = self.outbox.withLock { $0.take() }
        guard buffer.readableBytes > 0 else { return }
        guard !observers.isEmpty else { return self.channel.writeAndFlush(buffer, promise: nil) }
        self.channel.writeAndFlush(buffer).whenComplete { _ in
            for observer in observers { observer() }
        }
    }
}
