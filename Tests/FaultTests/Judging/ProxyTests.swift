import Logging
import RedisClient
import TestSupport
import Testing

/// The proxy harms connections only as networks do.
@Suite(.timeLimit(.minutes(2))) struct ProxyTests {
    @Test func `bytes that were held back are not overtaken`() async throws {
        try await RedisServer.with { server in
            try await FaultProxy.with(1, to: server) { proxies in
                let links = try #require(proxies.first).links
                let configuration = RedisConfiguration(url: try RedisURL(proxies[0].url))
                let client = RedisClient(
                    configuration,
                    logger: Logger(label: "proxy") { _ in SwiftLogNoOpLogHandler() }
                )
                await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { await client.run() }
                    group.addTask {
                        while !Task.isCancelled {
                            links.change { $0.isStalled = true }
                            try await Task.sleep(for: .milliseconds(3))
                            links.change { $0.isStalled = false }
                            try await Task.sleep(for: .milliseconds(1))
                        }
                    }
                    defer { group.cancelAll() }
                    let wrong = await withTaskGroup(of: Int.self) { senders in
                        for sender in 0..<8 {
                            senders.addTask {
                                var wrong = 0
                                for number in 0..<2_000 {
                                    let word = "\(sender).\(number)"
                                    let answer = try? await client.send(["ECHO", word]).string
                                    if answer != word { wrong += 1 }
                                }
                                return wrong
                            }
                        }
                        return await senders.reduce(0, +)
                    }
                    #expect(wrong == 0, "answers to other questions")
                }
            }
        }
    }
}
