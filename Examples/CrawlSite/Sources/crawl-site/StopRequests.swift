import Dispatch
import FlyingSocks

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Waits for somebody to ask the process to stop: by SIGTERM, SIGINT or, if wanted, the end of standard input.
///
/// Dispatch is used for its event sources alone: they watch signals (through `signalfd` and `kqueue`) and standard input
/// without a thread that blocks, and see a signal even when the parent process left it blocked.
struct StopRequests: Sendable {
    private let requests: AsyncStream<Void>

    /// Starts to watch; from its return on, no signal is missed.
    init(untilStdinCloses: Bool) async {
        let (requests, request) = AsyncStream.makeStream(of: Void.self)
        self.requests = requests
        for signal in [SIGTERM, SIGINT] {
            #if canImport(Darwin)
            // kqueue comes after the default action, which is to die.
            unsafe Darwin.signal(signal, SIG_IGN)
            #endif
            await Self.activate(DispatchSource.makeSignalSource(signal: signal)) { request.yield() }
        }
        if untilStdinCloses {
            // epoll cannot watch /dev/null, so a standard input that has ended already is asked for beforehand.
            if Self.standardInputIsReadable(), Self.standardInputEnded() {
                request.yield()
            }
            await Self.activate(DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO)) {
                if Self.standardInputEnded() {
                    request.yield()
                }
            }
        }
    }
}

extension StopRequests {
    /// Returns when the first request arrives, or when the task is cancelled.
    func first() async {
        for await _ in self.requests { break }
    }

    /// Activates a source and waits until the system knows of it.
    ///
    /// Its handler keeps the source alive as long as the process: it is never cancelled.
    private static func activate(
        _ source: any DispatchSourceProtocol,
        handler: @escaping @Sendable () -> Void
    ) async {
        source.setEventHandler {
            withExtendedLifetime(source) { handler() }
        }
        await withCheckedContinuation { continuation in
            source.setRegistrationHandler { continuation.resume() }
            source.activate()
        }
    }

    private static func standardInputIsReadable() -> Bool {
        var descriptor = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) == 1
    }

    /// Reads what has arrived on standard input and throws it away.
    private static func standardInputEnded() -> Bool {
        do {
            _ = try Socket(file: Socket.FileDescriptor(rawValue: STDIN_FILENO)).read(atMost: 4_096)
            return false
        } catch SocketError.blocked {
            return false
        } catch {
            return true
        }
    }
}
