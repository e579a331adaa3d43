import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// Work that is alive and must not be taken away, whatever else keeps the machine or the connection busy.
enum LiveWork {
    /// T05: tasks that burn all processors and never let go of their threads, for many leases.
    static func burn() async throws {
        let seconds = FaultTier.pick(ci: 4.0, nightly: 30, release: 60)
        let plan = Fleet.Plan(lanes: 2, slots: 3, lease: 2)
        try await Arena.run("T05", "all processors busy for \(Int(seconds)) s, lease \(plan.lease) s") { arena in
            let names = (0..<plan.lanes * plan.slots).map { "burn\($0)" }
            try await arena.app.send(
                names.map { name in
                    let task = name.hasSuffix("0") || name.hasSuffix("3") ? "fault.block" : "fault.burn"
                    return TaskCall(
                        task,
                        TaskArguments([.string(name), .double(seconds)]),
                        options: TaskOptions(queue: "work", taskID: name, link: [Arena.receipt])
                    )
                }
            )
            let (_, exits) = try await Fleet.with(plan, arena) { _ in try await arena.drain(names) }
            return (try await arena.verdict(names, exits: exits), .init(repeats: 0))
        }
    }

    /// T40: payloads of megabytes beside tasks of a millisecond.
    static func large() async throws {
        let (count, megabytes) = FaultTier.pick(ci: (5, 4), nightly: (100, 5), release: (1_000, 5))
        let plan = Fleet.Plan(lanes: 2, lease: 6)
        try await Arena.run("T40", "\(count) payloads of \(megabytes) MB beside small tasks, lease \(plan.lease) s") {
            arena in
            var random = arena.random
            let payload = JSONValue.string(String(repeating: "x", count: megabytes << 20))
            let large = (0..<count).map { "large\($0)" }
            let (small, exits) = try await Fleet.with(plan, arena) { _ in
                var small: [String] = []
                for name in large {
                    let options = TaskOptions(queue: "work", taskID: name, link: [Arena.receipt])
                    try await arena.app.send([
                        TaskCall("fault.large", TaskArguments([.string(name), payload]), options: options)
                    ])
                    small += try await arena.send(20, from: small.count, seconds: 0...0.001, using: &random)
                }
                try await arena.drain(small + large)
                return small
            }
            return (try await arena.verdict(small + large, exits: exits), .init(repeats: 0))
        }
    }

    /// T19: a cold queue beside a hot one, and workers that must not hold more than they can run.
    static func fair() async throws {
        let plan = Fleet.Plan(lanes: 2, slots: 2, queues: ["hot", "cold"])
        let count = FaultTier.pick(ci: 12, nightly: 100, release: 400)
        try await Arena.run("T19", "a task in a cold queue each 0.3 s beside a hot queue") { arena in
            var random = arena.random
            let hot = try await arena.send(count * 30, "hot", seconds: 0.02...0.06, using: &random, to: "hot")
            var (cold, waits, held): ([String], [Duration], Int) = ([], [], 0)
            let (_, exits) = try await Fleet.with(plan, arena) { _ in
                for index in 0..<count {
                    let name = try await arena.send(1, from: index, "cold", seconds: 0...0, using: &random, to: "cold")[
                        0
                    ]
                    let sent = ContinuousClock.now
                    try await eventually("\(name) is done", timeout: .seconds(30)) {
                        arena.effects.contains(.done, name)
                    }
                    waits.append(ContinuousClock.now - sent)
                    held = max(held, try await Audit(of: arena.server).inFlight)
                    cold.append(name)
                    try await Task.sleep(for: .milliseconds(200))
                }
                try await arena.drain(hot + cold)
            }
            #expect(held <= plan.lanes * plan.slots, "\(held) messages are held by \(plan.lanes * plan.slots) slots")
            var verdict = try await arena.verdict(hot + cold, exits: exits)
            verdict.recoveries = waits
            return (verdict, .init(repeats: 0, recovery: .seconds(1)))
        }
    }
}

extension Faults {
    /// A supervisor that shares its process with tasks cannot promise this: see `docs/reliability.md`.
    @Test func `T05 Tasks that burn all processors lose no lease`() async throws {
        try await LiveWork.burn()
    }

    @Test func `T19 A cold queue does not starve, and nobody hoards`() async throws {
        try await LiveWork.fair()
    }

    @Test func `T40 Large payloads do not delay a heartbeat`() async throws {
        try await LiveWork.large()
    }
}
