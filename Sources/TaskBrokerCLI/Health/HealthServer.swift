import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization
import TaskBroker

/// Answers over HTTP whether a worker lives and takes tasks.
struct HealthServer: Sendable {
    /// How many clients are heard at once; whoever watches a worker needs few, and Redis must not find the descriptors used up.
    private static var maximumConnections: Int { min(64, max(2, OpenFileLimit.current / 16)) }
    /// How long a client may take to ask and to read the answer.
    private static let patience = TimeAmount.seconds(5)

    private let channel: any Channel

    /// Starts to listen.
    ///
    /// - Parameters:
    ///   - address: Where.
    ///   - patience: How long a client may take to ask and to read the answer; five seconds by default.
    ///   - health: How the worker fares.
    init(
        at address: ListenAddress,
        patience: TimeAmount? = nil,
        _ health: @escaping @Sendable () -> WorkerHealth
    ) async throws(CommandError) {
        let connections = ConnectionCount(maximum: Self.maximumConnections)
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.maxMessagesPerRead, value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try connections.enter(channel)
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withPipeliningAssistance: false)
                    try channel.pipeline.syncOperations.addHandler(
                        HealthHandler(patience: patience ?? Self.patience) { method, target in
                            HealthAnswer(method: method, target: target, health)
                        }
                    )
                }
            }
        do {
            self.channel = try await bootstrap.bind(host: address.host, port: address.port).get()
        } catch {
            throw CommandError(
                .configuration,
                "Nobody can be answered at \(address) (--health): \(error).",
                advice: "Give a free port above 1023, and an address of this machine."
            )
        }
    }
}

extension HealthServer {
    /// Where it listens.
    var url: String {
        let address = self.channel.localAddress
        let host = address?.ipAddress ?? ""
        return "http://\(host.contains(":") ? "[\(host)]" : host):\(address?.port ?? 0)"
    }

    /// Stops to listen.
    func stop() { self.channel.close(promise: nil) }
}

/// How many connections are open.
private final class ConnectionCount: Sendable {
    /// There are too many.
    private struct Exceeded: Error {}

    private let maximum: Int
    private let count = Mutex(0)

    init(maximum: Int) {
        self.maximum = maximum
    }

    /// Counts a connection until it is closed; throws if there are enough.
    func enter(_ channel: any Channel) throws {
        let isFree = self.count.withLock { count in
            guard count < self.maximum else { return false }
            count += 1
            return true
        }
        guard isFree else { throw Exceeded() }
        channel.closeFuture.whenComplete { _ in self.count.withLock { $0 -= 1 } }
    }
}
