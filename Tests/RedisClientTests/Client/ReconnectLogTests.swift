import Logging
import NIOCore
import NIOPosix
import Synchronization
import TestSupport
import Testing

@testable import RedisClient

@Suite(.timeLimit(.minutes(4)))
struct ReconnectLogTests {
    @Test func `logs a cause once for all connections, then their end, and never the password`() async throws {
        let lines = LogLines()
        var configuration = try RedisConfiguration.forTests("redis://:hunter2@127.0.0.1:\(try FreePort.find())")
        configuration.backoff.maximum = .milliseconds(1)
        let owners = (0..<3).map { _ in RedisOutageLog() }
        await withTaskGroup(of: Void.self) { group in
            for owner in owners {
                let loop = ReconnectLoop(
                    configuration: configuration,
                    logger: lines.logger,
                    owner: ObjectIdentifier(owner),
                    eventLoop: MultiThreadedEventLoopGroup.singleton.any()
                )
                group.addTask {
                    var attempts = 0
                    await loop.run { connected throws(RedisError) in
                        attempts += 1
                        if attempts < 5 { throw RedisError(.connectionFailed, "refused") }
                        connected()
                        // Cancelled by then.
                        while !Task.isCancelled { await Task.yield() }
                        return RedisError(.connectionClosed, "stopped")
                    } failed: { _ in
                    }
                }
            }
            // Which comes when the last of them has lasted for a second.
            await lines.finished()
            group.cancelAll()
        }
        let texts = lines.texts
        #expect(texts.count == 2)
        #expect(texts.first?.contains("refused") == true)
        #expect(texts.first?.contains("redis://:***@127.0.0.1") == true)
        #expect(texts.last?.contains("available again") == true)
        #expect(texts.allSatisfy { !$0.contains("hunter2") })
    }

    @Test func `a server that has no room is one cause, whichever of its three ends a connection meets`() throws {
        let lines = LogLines()
        let (log, url) = (RedisOutageLog(), try RedisURL("redis://127.0.0.1:1"))
        let errors = [
            RedisError(endOfLogin: RedisError(.connectionClosed, "closed"), at: url),
            RedisError(connectingTo: url.address, ChannelError.ioOnClosedChannel, isConnected: true),
            RedisError(reply: "ERR max number of clients reached"),
        ]
        #expect(Set(errors.map(\.message)).count == 3)
        for error in errors { log.note(error, of: ObjectIdentifier(log), retryIn: .seconds(1), url, to: lines.logger) }
        #expect(lines.texts.count == 1)
    }
}

/// Collects what is logged.
private final class LogLines: Sendable {
    private let lines = Mutex<[String]>([])
    private let (ends, end) = AsyncStream.makeStream(of: Void.self)

    var texts: [String] { self.lines.withLock { $0 } }

    var logger: Logger { Logger(label: "test") { _ in Handler(lines: self) } }

    func finish() { self.end.finish() }

    func finished() async {
        for await _ in self.ends {}
    }

    private struct Handler: LogHandler {
        let lines: LogLines
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            self.lines.lines.withLock { $0.append("\(event.level) \(event.message) \(event.metadata ?? [:])") }
            if event.level == .notice { self.lines.finish() }
        }
    }
}
