import NIOCore
import NIOPosix
import Testing

@testable import TaskBroker
@testable import TaskBrokerCLI

/// Clients that mean no good.
@Suite(.timeLimit(.minutes(2))) struct HealthServerTests {
    /// Starts a server, and asks it in raw bytes.
    private static func with(patience: TimeAmount = .seconds(60), _ body: (Int) async throws -> Void) async throws {
        let server = try await HealthServer(at: #require(ListenAddress("0")), patience: patience) {
            WorkerHealth(node: "w", isLive: true, reasons: [], running: 0)
        }
        try await body(#require(server.url.split(separator: ":").last.flatMap { Int($0) }))
        server.stop()
    }

    private static func connect(_ port: Int) async throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connect(host: "127.0.0.1", port: port) {
            channel in
            channel.eventLoop.makeCompletedFuture { try NIOAsyncChannel(wrappingChannelSynchronously: channel) }
        }
    }

    /// Sends bytes and returns what comes until the server hangs up.
    private static func exchange(_ port: Int, _ text: String) async throws -> String {
        try await self.connect(port).executeThenClose { input, output in
            // The server may hang up before it has read all.
            try? await output.write(ByteBuffer(string: text))
            var answer = ByteBuffer()
            do {
                for try await part in input { answer.writeImmutableBuffer(part) }
            } catch is IOError {
                // A reset, because it has not read what we sent.
            }
            return String(buffer: answer)
        }
    }

    @Test func `answers once and hangs up`() async throws {
        try await Self.with { port in
            let request = "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
            let answer = try await Self.exchange(port, request + request)
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.contains("connection: close"))
            #expect(answer.components(of: "HTTP/1.1") == 1)
            let head = try await Self.exchange(port, "HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\n")
            #expect(head.hasSuffix("\r\n\r\n"))
        }
    }

    @Test(arguments: [
        "\u{0}\u{1}\u{2}\r\n\r\n",
        "GET /livez HTTP/9.9\r\n\r\n",
        "GET /livez HTTP/1.1\r\n" + String(repeating: "x-y: z\r\n", count: 100_000) + "\r\n",
        "GET /livez HTTP/1.1\r\nx: " + String(repeating: "y", count: 1 << 21) + "\r\n\r\n",
        "GET /" + String(repeating: "y", count: 1 << 21) + " HTTP/1.1\r\n\r\n",
        "POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "POST /livez HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n",
    ])
    func `what is no request is refused, and the next one answered`(text: String) async throws {
        try await Self.with { port in
            let answer = try await Self.exchange(port, text)
            #expect(!answer.contains("HTTP/1.1 200"), "\(answer.prefix(100))")
            #expect(answer.utf8.count < 1000)
            #expect(try await Self.exchange(port, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `whoever dawdles is cut off, and does not keep others out`() async throws {
        try await Self.with(patience: .milliseconds(500)) { port in
            let loris = try await (0..<80).asyncMap { _ in try await Self.connect(port) }
            for channel in loris {
                // Never completed; beyond the 64th it is not even heard.
                let text = try await channel.executeThenClose { input, output in
                    try? await output.write(ByteBuffer(string: "GET /li"))
                    var count = 0
                    do { for try await part in input { count += part.readableBytes } } catch is IOError {}
                    return count
                }
                #expect(text == 0)
            }
            #expect(try await Self.exchange(port, "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").hasPrefix("HTTP/1.1 200 "))
        }
    }

    @Test func `an address that is taken is a clear error`() async throws {
        try await Self.with { port in
            let address = try #require(ListenAddress("127.0.0.1:\(port)"))
            let error = await #expect(throws: CommandError.self) {
                try await HealthServer(at: address) { WorkerHealth(node: "w", isLive: true, reasons: [], running: 0) }
            }
            #expect(error?.status == .configuration)
            #expect(error?.message.contains("\(port)") == true)
        }
    }
}

extension String {
    fileprivate func components(of word: String) -> Int { self.ranges(of: word).count }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { try await values.append(transform(element)) }
        return values
    }
}
