import TestSupport
import Testing

/// Clocks that jump: Redis's, on which every lease depends, and a worker's, on which nothing may.
enum Clocks {
    /// A library that moves the time of day of a program by the seconds that a file says, and that file.
    private struct JumpingClock {
        let folder: String

        /// Builds the library; Swift brings the compiler.
        init() async throws {
            self.folder = "/tmp/taskbroker-clock-\(UInt64.random(in: 0 ... .max))"
            try TextFile.createFolder(self.folder)
            let source = "\(BuiltProgram.root)/Tests/FaultTests/Scenarios/jumping_clock.c"
            let words = ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", "\(self.folder)/clock.so", source]
            let output = try await ChildProcess.run("clang", words)
            try #require(output.isSuccess, "\(output.standardError)")
            try self.set(0)
        }

        /// What starts a program with the clock.
        var launcher: [String] { ["env", "JUMPING_CLOCK=\(self.folder)/offset", "LD_PRELOAD=\(self.folder)/clock.so"] }

        /// Makes the clock jump to so many seconds ahead of the machine's.
        func set(_ seconds: Int) throws {
            try TextFile.write("\(seconds)\n", to: "\(self.folder)/offset")
        }
    }

    /// T36: jumps of Redis's clock under work that takes seconds.
    static func redis(_ offsets: [Int]) async throws {
        let clock = try await JumpingClock()
        defer { TextFile.remove(clock.folder) }
        var options = RedisServerOptions()
        options.launcher = clock.launcher
        let plan = Fleet.Plan(lease: 6)
        let jumps = offsets.map { "\($0) s" }.joined(separator: ", ")
        try await Arena.run("T36", "Redis's clock jumps to \(jumps), lease 6 s", options) { arena in
            let load = Load(32 * offsets.count, faults: offsets.count, seconds: 1...2)
            let verdict = try await arena.underLoad(plan, load) { portion, _, _ in
                let before = try await Self.seconds(arena.server)
                try clock.set(offsets[portion])
                let after = try await Self.seconds(arena.server)
                #expect(abs(after - before) > 10, "the clock has jumped: \(before), \(after)")
                arena.faults.note(.other)
                // Each worker ticks and renews at least once before the clock jumps again.
                try await Task.sleep(for: .seconds(2.5))
            }
            return (verdict, .init(repeats: 0))
        }
    }

    private static func seconds(_ server: RedisServer) async throws -> Int {
        try #require(Int(try await server.cli("TIME").prefix { $0.isNumber }))
    }

    /// T36: a worker whose clock is a day ahead, and one a day behind.
    static func workers() async throws {
        let (ahead, behind) = (try await JumpingClock(), try await JumpingClock())
        defer { for clock in [ahead, behind] { TextFile.remove(clock.folder) } }
        try ahead.set(86_400)
        try behind.set(-86_400)
        var plan = Fleet.Plan(lanes: 3, lease: 4)
        plan.launchers = [0: ahead.launcher, 1: behind.launcher]
        try await Arena.run("T36", "clocks of two of three workers a day ahead and behind") { arena in
            let load = Load(FaultTier.pick(ci: 200, nightly: 2_000, release: 4_000), faults: 2, seconds: 0.01...0.2)
            let delayed = (0..<50).map { "eta\($0)" }
            let verdict = try await arena.underLoad(plan, load, also: { delayed }) { portion, _, random in
                guard portion == 0 else { return }
                _ = try await arena.send(
                    delayed.count,
                    "eta",
                    seconds: 0.01...0.01,
                    countdown: 0.5...3,
                    using: &random
                )
            }
            return (verdict, .init(repeats: 0))
        }
    }
}

#if os(Linux)
extension Faults {
    @Test func `T36 A clock of Redis that jumps takes nobody's work`() async throws {
        let offsets = [3_600, 0, -3_600, -3_580]
        try await Clocks.redis(
            FaultTier.pick(ci: offsets, nightly: offsets + offsets, release: offsets + offsets + offsets)
        )
    }

    @Test func `T36 Clocks of workers mean nothing`() async throws {
        try await Clocks.workers()
    }
}
#endif
