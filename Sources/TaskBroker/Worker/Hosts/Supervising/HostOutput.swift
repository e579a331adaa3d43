import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// What a task host writes to its standard output and its standard error: passed on line by line, the end of it kept for the
/// case that the host dies.
final class HostOutput: Sendable {
    /// The lines, without their ends; the last one comes when the host is gone.
    let lines: AsyncStream<String>
    private let collected = Mutex(OutputBuffer())
    private let continuation: AsyncStream<String>.Continuation
    private let closing: EventLoopPromise<Void>

    /// How many lines have found no room since the last that did.
    private let droppedCount = Mutex(0)

    /// How many lines wait for whoever writes them down; a host never waits, and what comes faster is dropped.
    private static let maximumLines = 4096

    init() {
        (self.lines, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(Self.maximumLines))
        self.closing = HostLink.eventLoop.makePromise()
    }
}

extension HostOutput {
    /// Reads from a pipe, which it takes over.
    func read(_ descriptor: CInt) async throws {
        do {
            _ = try await NIOPipeBootstrap(group: HostLink.eventLoop)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Reader(output: self))
                    }
                }
                .takingOwnershipOfDescriptor(input: descriptor)
                .get()
        } catch {
            self.finish()
            throw error
        }
    }

    /// The end of what was written, once the host is gone and everything was read.
    ///
    /// A program that the host has started may hold the pipe open; nobody waits for that one.
    func tail() async -> String {
        let timer = HostLink.schedule(after: .milliseconds(500)) { self.closing.succeed() }
        try? await self.closing.futureResult.get()
        timer.cancel()
        return String(decoding: self.collected.withLock(\.tail), as: UTF8.self)
    }

    private func append(_ bytes: some Collection<UInt8>) {
        let lines = self.collected.withLock { $0.append(bytes) }
        for line in lines { self.pass(line) }
    }

    private func pass(_ line: String) {
        self.droppedCount.withLock { count in
            if count > 0 {
                guard case .enqueued = self.continuation.yield("(\(count) lines of a task host were dropped)") else {
                    count += 1
                    return
                }
                count = 0
            }
            if case .dropped = self.continuation.yield(line) { count += 1 }
        }
    }

    private func finish() {
        let rest = self.collected.withLock(\.line)
        if !rest.isEmpty { self.pass(String(decoding: rest, as: UTF8.self)) }
        self.continuation.finish()
        self.closing.succeed()
    }

    /// The end of the pipe's channel.
    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let output: HostOutput

        init(output: HostOutput) {
            self.output = output
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            self.output.append(Self.unwrapInboundIn(data).readableBytesView)
        }

        func channelInactive(context: ChannelHandlerContext) { self.output.finish() }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            // The host has closed its end, and nothing is ever written to it.
            if case ChannelEvent.inputClosed? = event as? ChannelEvent { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

extension HostOutput {
    /// Writes a line to this process's own standard error; one that cannot be written must not stop the work.
    static func writeToStandardError(_ line: String) {
        let bytes = Array(line.utf8) + [UInt8(ascii: "\n")]
        _ = unsafe write(2, bytes, bytes.count)
    }
}
