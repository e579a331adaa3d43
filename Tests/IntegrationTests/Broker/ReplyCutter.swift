import NIOCore
import NIOPosix
import Synchronization

/// A way to Redis that breaks at the worst moment: a command has gone through, its reply has not.
///
/// It passes on bytes as they are. Once for each time that ``cut(after:)`` is called, it closes a connection when the reply to a write
/// that contains the given word arrives, instead of passing that on.
final class ReplyCutter: Sendable {
    /// Where to connect to.
    let port: Int
    private let server: any Channel
    private let cuts: Cuts

    private init(server: any Channel, cuts: Cuts) {
        self.server = server
        self.port = server.localAddress?.port ?? 0
        self.cuts = cuts
    }
}

extension ReplyCutter {
    /// Runs `body` with a way to a server on the loopback interface.
    static func with<Value>(to port: Int, _ body: (ReplyCutter) async throws -> Value) async throws -> Value {
        let cuts = Cuts()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { channel in
                ClientBootstrap(group: channel.eventLoop)
                    .connect(host: "127.0.0.1", port: port)
                    .flatMapThrowing { redis in
                        let isDue = Mutex(false)
                        let inward = Pipe(to: redis) { bytes in
                            if cuts.take(for: bytes) { isDue.withLock { $0 = true } }
                            return true
                        }
                        let outward = Pipe(to: channel) { _ in !isDue.withLock { $0 } }
                        try channel.pipeline.syncOperations.addHandler(inward)
                        try redis.pipeline.syncOperations.addHandler(outward)
                    }
                    .flatMap { channel.setOption(.autoRead, value: true) }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
        let cutter = ReplyCutter(server: server, cuts: cuts)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(cutter))
        } catch {
            result = .failure(error)
        }
        try await server.close()
        return try result.get()
    }

    /// Makes the reply to the next write that contains a word the last thing that its connection does not bring.
    func cut(after word: String) { self.cuts.add(word) }

    /// How many cuts are still to come.
    var pending: Int { self.cuts.count }
}

extension ReplyCutter {
    /// The words that wait for a write that contains them.
    fileprivate final class Cuts: Sendable {
        private let words = Mutex<[String]>([])

        var count: Int { self.words.withLock { $0.count } }

        func add(_ word: String) { self.words.withLock { $0.append(word) } }

        func take(for bytes: ByteBuffer) -> Bool {
            let text = String(buffer: bytes)
            return self.words.withLock { words in
                guard let word = words.first, text.contains(word) else { return false }
                words.removeFirst()
                return true
            }
        }
    }

    /// Passes on what it reads while a condition holds; closes both ends when it does not, or when one is closed.
    private final class Pipe: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let other: any Channel
        private let passes: (ByteBuffer) -> Bool

        init(to other: any Channel, _ passes: @escaping (ByteBuffer) -> Bool) {
            self.other = other
            self.passes = passes
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = Self.unwrapInboundIn(data)
            guard self.passes(bytes) else {
                self.other.close(promise: nil)
                context.close(promise: nil)
                return
            }
            self.other.writeAndFlush(bytes, promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) {
            self.other.close(promise: nil)
        }
    }
}
