import NIOCore
import NIOPosix
import Synchronization
import Testing

@testable import TaskBroker

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite(.timeLimit(.minutes(1))) struct HostLinkTests {
    /// As lanes do that wait for a host on the loop of its link: each begins when the one before has sent its frame.
    @Test func `frames that are sent one after the other on the loop arrive together`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let sizes = Numbers()
        try await Self.withLinks(on: loop) { frames in
            sizes.append([frames.count])
        } body: { link in
            @Sendable func send(_ rest: Int) {
                guard rest > 0 else { return }
                try? link.send(EncodedHostFrame(kind: .done, head: Array("{}".utf8)))
                loop.execute { send(rest - 1) }
            }
            loop.execute { send(50) }
            while sizes.all.reduce(0, +) < 50 { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(sizes.all == [50])
    }

    @Test func `a frame that is large goes at once, and all arrive in order`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let lengths = Numbers()
        let sent = (0..<40).map { $0 * 4_000 }
        try await Self.withLinks(on: loop) { frames in
            lengths.append(frames.map(\.body.count))
        } body: { link in
            for count in sent {
                let body = [UInt8](repeating: 7, count: count)
                try link.send(EncodedHostFrame(kind: .done, head: Array("{}".utf8), body: body))
            }
            while lengths.all.count < sent.count { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect(lengths.all == sent)
    }

    /// Two ends of a socket: `receive` is called with what comes out of one, `body` with the other.
    private static func withLinks(
        on loop: any EventLoop,
        receive: @escaping @Sendable ([EncodedHostFrame]) -> Void,
        body: (HostLink) async throws -> Void
    ) async throws {
        var ends: [CInt] = [-1, -1]
        #expect(unsafe socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let receiver = try await HostLink.open(ends[0], receive: { frames in receive(frames) }, close: { _ in })
        let sender = try await HostLink.open(ends[1], on: loop, receive: { _ in }, close: { _ in })
        defer {
            sender.close()
            receiver.close()
        }
        try await body(sender)
    }
}

private final class Numbers: Sendable {
    private let state = Mutex<[Int]>([])

    var all: [Int] { self.state.withLock(\.self) }

    func append(_ numbers: [Int]) { self.state.withLock { $0 += numbers } }
}
