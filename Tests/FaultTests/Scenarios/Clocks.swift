import TaskBroker
import TestSupport
import Testing

/// Clocks that jump: Redis's, on which every lease depends, and a worker's, on which nothing may.
enum Clocks {
    /// What runs a program under `libfaketime`, whose offset is in a file that can be changed at any time.
    static func launcher(_ file: String) -> [String] {
        let script = #"""
            library=$(find /usr/lib /usr/local/lib -maxdepth 4 -name 'libfaketime.so.1' 2>/dev/null | head -n 1)
            [ -n "$library" ] || { echo 'no libfaketime: run scripts/setup' >&2; exit 1; }
            export LD_PRELOAD=$library FAKETIME_TIMESTAMP_FILE=$1 FAKETIME_NO_CACHE=1 DONT_FAKE_MONOTONIC=1
            shift
            exec "$@"
            """#
        return ["sh", "-c", script, "faketime", file]
    }

    /// T36: jumps of Redis's clock under work that takes seconds.
    static func redis(_ offsets: [String]) async throws {
        let file = "/tmp/taskbroker-clock-\(UInt64.random(in: 0 ... .max))"
        defer { TextFile.remove(file) }
        try TextFile.write("+0\n", to: file)
        var options = RedisServerOptions()
        options.launcher = Self.launcher(file)
        let plan = Fleet.Plan(lease: 6)
        try await Arena.run("T36", "Redis's clock jumps to \(offsets.joined(separator: ", ")), lease 6 s", options) { arena in
            let load = Load(32 * offsets.count, faults: offsets.count, seconds: 1...2)
            let verdict = try await arena.underLoad(plan, load) { portion, _, _ in
                let before = try await arena.server.cli("TIME").prefix { $0.isNumber }
                try TextFile.write("\(offsets[portion])\n", to: file)
                let after = try await arena.server.cli("TIME").prefix { $0.isNumber }
                #expect(abs((Int(after) ?? 0) - (Int(before) ?? 0)) > 10, "the clock has jumped: \(before), \(after)")
                // Each worker ticks and renews at least once before the clock jumps again.
                try await Task.sleep(for: .seconds(2.5))
            }
            return (verdict, .init(repeats: 0))
        }
    }

    /// T36: a worker whose clock is a day ahead, and one a day behind.
    static func workers() async throws {
        var plan = Fleet.Plan(lanes: 3, lease: 4)
        let files = ["+1d", "-1d"].map { ($0, "/tmp/taskbroker-clock-\(UInt64.random(in: 0 ... .max))") }
        defer { for (_, file) in files { TextFile.remove(file) } }
        for (lane, (offset, file)) in files.enumerated() {
            try TextFile.write("\(offset)\n", to: file)
            plan.launchers[lane] = Self.launcher(file)
        }
        try await Arena.run("T36", "clocks of two of three workers a day ahead and behind") { arena in
            let load = Load(FaultTier.pick(ci: 200, nightly: 2_000, release: 4_000), faults: 2, seconds: 0.01...0.2)
            let delayed = (0..<50).map { "eta\($0)" }
            let verdict = try await arena.underLoad(plan, load, also: { delayed }) { portion, _, random in
                guard portion == 0 else { return }
                try await arena.app.send(
                    delayed.map { name in
                        TaskCall(
                            "fault.effect",
                            TaskArguments([.string(name), 0.01]),
                            options: TaskOptions(
                                countdown: .random(in: 0.5...3, using: &random),
                                queue: "work",
                                taskID: name,
                                link: [Arena.receipt]
                            )
                        )
                    }
                )
            }
            return (verdict, .init(repeats: 0))
        }
    }
}

extension Faults {
    @Test func `T36 A clock of Redis that jumps takes nobody's work`() async throws {
        let offsets = ["+1h", "+0", "-1h", "-3580s"]
        try await Clocks.redis(FaultTier.pick(ci: offsets, nightly: offsets + offsets, release: offsets + offsets + offsets))
    }

    @Test func `T36 Clocks of workers mean nothing`() async throws {
        try await Clocks.workers()
    }
}
