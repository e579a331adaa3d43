import TestSupport
import Testing

/// Scripts on keys with very many entries.
enum LargeKeys {
    /// T39: a worker beside which a whole fleet's backlog lies: delayed, dead and in flight elsewhere.
    static func run(entries: Int) async throws {
        let plan = Fleet.Plan(lanes: 2)
        try await Arena.run("T39", "\(entries) delayed, dead and leased messages each beside the work") { arena in
            // In the far future, so that nobody touches them; the queue of the test is the same one.
            let fill = #"""
                local far = redis.call('TIME')[1] * 1000 + 1e9
                for i = ARGV[1], ARGV[2] do
                    local id = 'filler:' .. i
                    redis.call('ZADD', '{work}:tb:work:eta', far + i, id)
                    redis.call('HSET', '{work}:tb:work:etam', id, '{"id": "e' .. i .. '"}')
                    redis.call('ZADD', '{work}:tb:work:lease', far + i, id)
                    redis.call('RPUSH', '{work}:tb:work:infl:' .. id, '{"id": "l' .. i .. '"}')
                end
                """#
            for start in stride(from: 1, to: entries + 1, by: 10_000) {
                let end = min(start + 9_999, entries)
                _ = try await arena.server.cli("EVAL", fill, "0", "\(start)", "\(end)")
            }
            _ = try await arena.server.cli("CONFIG", "RESETSTAT")
            var random = arena.random
            let sent = try await arena.send(
                FaultTier.pick(ci: 1_000, nightly: 10_000, release: 20_000),
                seconds: 0...0.01,
                using: &random
            )
            let (_, exits) = try await Fleet.with(plan, arena) { _ in
                try await eventually("all is done", timeout: .seconds(300)) {
                    arena.effects.count(.done) >= sent.count
                }
            }
            let statistics = try await arena.server.cli("INFO", "commandstats")
            let time = try #require(statistics.firstMatch(of: /cmdstat_evalsha:.*?usec_per_call=([0-9.]+)/)?.1)
            #expect(try #require(Double(time)) < 5_000, "a script takes \(time) µs on average")
            // The audit reads everything, and would take its time.
            for name in ["eta", "etam", "lease"] {
                _ = try await arena.server.cli("UNLINK", "{work}:tb:work:\(name)")
            }
            let forget = "for _, key in ipairs(redis.call('KEYS', '*:infl:filler:*')) do redis.call('UNLINK', key) end"
            _ = try await arena.server.cli("EVAL", forget, "0")
            let verdict = try await arena.verdict(sent, exits: exits)
            return (verdict, .init(repeats: 0))
        }
    }
}

extension Faults {
    @Test func `T39 A backlog of any size does not make scripts slow`() async throws {
        try await LargeKeys.run(entries: FaultTier.pick(ci: 50_000, nightly: 1_000_000, release: 1_000_000))
    }
}
