import FlyingSocks

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// FlyingFox's socket pool, with Nagle's algorithm off for every connection.
///
/// FlyingFox sends the head and the body of an answer in two writes. With Nagle's algorithm the body waits until the client
/// has acknowledged the head, which Linux delays by 40 ms: a kept-alive connection got 22 pages a second, and gets some
/// 4 000 with this pool. FlyingFox shows its sockets to nobody but the pool, so the option is set here, whenever a socket
/// waits: on the listening one, from which connections inherit it, and on Linux on each connection too.
struct NoDelayPool: AsyncSocketPool {
    private let base: any AsyncSocketPool

    /// Wraps a pool.
    init(_ base: some AsyncSocketPool) {
        self.base = base
    }

    @concurrent
    func prepare() async throws {
        try await self.base.prepare()
    }

    @concurrent
    func run() async throws {
        try await self.base.run()
    }

    @concurrent
    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        if events == .connection {
            try socket.setValue(true, for: BoolSocketOption(level: Int32(IPPROTO_TCP), name: TCP_NODELAY))
        }
        try await self.base.suspendSocket(socket, untilReadyFor: events)
    }
}
