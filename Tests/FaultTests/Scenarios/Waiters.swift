import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// Callers that wait for results while their connections are closed under them.
enum Waiters {
    /// T27.
    static func run() async throws {
        let count = FaultTier.pick(ci: 300, nightly: 1_000, release: 1_000)
        let rounds = FaultTier.pick(ci: 4, nightly: 20, release: 60)
        try await Arena.run("T27", "\(rounds) × CLIENT KILL of subscriptions under \(count) waiting callers") { arena in
            var random = arena.random
            let names = try await arena.send(count, seconds: 0.05...0.2, using: &random)
            let (delays, exits) = try await Fleet.with(Fleet.Plan(lanes: 2), arena) { _ in
                let delays = try await withThrowingTaskGroup(of: Duration?.self) { group in
                    for name in names {
                        group.addTask {
                            let result = arena.app.result(for: name, as: String.self)
                            try #expect(await result.get(timeout: .seconds(120)) == name)
                            let heard = Timestamp.now()
                            return arena.effects.lastTime(of: .done, name).map { heard.duration(since: $0) }
                        }
                    }
                    for _ in 0..<rounds {
                        _ = try await arena.server.cli("CLIENT", "KILL", "TYPE", "pubsub")
                        arena.faults.note(.other)
                        try await Task.sleep(for: .random(in: 0.1...0.5, using: &random))
                    }
                    var delays: [Duration] = []
                    for try await case let delay? in group { delays.append(delay) }
                    return delays
                }
                try await arena.drain(names)
                return delays
            }
            var verdict = try await arena.verdict(names, exits: exits)
            verdict.recoveries = delays
            // Whoever waits reads again every second; the rest is the machine's.
            return (verdict, .init(repeats: 0, recovery: .seconds(3)))
        }
    }
}

extension Faults {
    @Test func `T27 Nobody waits in vain because a subscription broke`() async throws {
        try await Waiters.run()
    }
}
