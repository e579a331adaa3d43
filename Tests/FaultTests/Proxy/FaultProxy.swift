import NIOCore
import NIOPosix
import TestSupport

/// A network between workers and Redis that does to them what networks do: a TCP proxy on the loopback interface.
///
/// In user land, because the kernel's own faults (`netem`, packet filters) need rights that a test does not have.
struct FaultProxy: Sendable {
    /// What to change, and whom to harm.
    let links: ProxyLinks
    /// Where workers find Redis.
    let url: String

    private struct Refused: Error {}

    /// Runs some proxies to a server while `body` runs.
    static func with<Result: Sendable>(
        _ count: Int,
        to server: RedisServer,
        _ body: ([FaultProxy]) async throws -> Result
    ) async throws -> Result {
        var channels: [any Channel] = []
        var proxies: [FaultProxy] = []
        for index in 0..<count {
            let links = ProxyLinks(seed: FaultSeed.current &+ UInt64(index))
            let channel = try await Self.listen(links, target: server.port)
            channels.append(channel)
            proxies.append(FaultProxy(links: links, url: "redis://127.0.0.1:\(channel.localAddress?.port ?? 0)/0"))
        }
        func close() async {
            for channel in channels { try? await channel.close() }
            for proxy in proxies { await proxy.links.cut() }
        }
        do {
            let result = try await body(proxies)
            await close()
            return result
        } catch {
            await close()
            throw error
        }
    }

    private static func listen(_ links: ProxyLinks, target: Int) async throws -> any Channel {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { client in
                guard links.open(client) else { return client.eventLoop.makeFailedFuture(Refused()) }
                return ClientBootstrap(group: client.eventLoop)
                    .channelInitializer { server in
                        server.eventLoop.makeCompletedFuture {
                            try server.pipeline.syncOperations.addHandler(
                                ProxyHandler(links, client: client, peer: client, .replies)
                            )
                        }
                    }
                    .connect(host: "127.0.0.1", port: target)
                    .flatMapThrowing { server in
                        links.connect(client, to: server)
                        try client.pipeline.syncOperations.addHandler(
                            ProxyHandler(links, client: client, peer: server, .requests)
                        )
                    }
            }
            .bind(host: "127.0.0.1", port: 0)
            .get()
    }
}
