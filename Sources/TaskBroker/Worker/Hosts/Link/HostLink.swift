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

    private let channel: any Channel
    /// Frames that wait for the next turn of the loop.
    private let outbox = Mutex<[UInt8]>([])

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
        receive: @escaping @Sendable (HostFrame) throws(HostProtocolError) -> Void,
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
    /// - Throws: ``HostProtocolError/tooLarge(_:)``.
    func send(_ frame: HostFrame) throws(HostProtocolError) {
        self.send(bytes: try frame.encoded())
    }

    /// Sends the bytes of frames.
    func send(bytes: [UInt8]) {
        let isFirst = self.outbox.withLock { outbox in
            defer { outbox += bytes }
            return outbox.isEmpty
        }
        // One system call for all frames of a turn.
        if isFirst { self.channel.eventLoop.execute { self.flush() } }
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
        let bytes = self.outbox.withLock { outbox in
            defer { outbox = [] }
            return outbox
        }
        guard !bytes.isEmpty else { return }
        self.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }
}
