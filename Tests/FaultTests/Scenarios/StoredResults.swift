import CeleryProtocol
import TaskBroker
import TestSupport
import Testing

/// However a task ends, and whatever happens to the server of the results meanwhile, its end is stored there.
enum StoredResults {
    struct Size: Sendable {
        var tasks: Int
        var outages: Int
        /// How long the server of the results is away, in seconds.
        var away: Int

        static let current = FaultTier.pick(
            ci: Size(tasks: 160, outages: 1, away: 2),
            nightly: Size(tasks: 1_000, outages: 2, away: 20),
            release: Size(tasks: 4_000, outages: 10, away: 20)
        )
    }

    /// What comes of values that are out of the ordinary.
    private static let states = ["fault.nan": "SUCCESS", "fault.huge": "FAILURE", "fault.unwritable": "FAILURE"]

    /// T28.
    static func run(_ size: Size) async throws {
        let faults = "\(size.outages) × the results' Redis is gone for \(size.away) s; NaN, 10 MB, what has no words"
        try await RedisServer.with(RedisServerOptions(isPersistent: true)) { results in
            try await Arena.run("T28", faults) { arena in
                // A round trip that waits for the results may take five seconds, and what it claims at its end is held from its beginning.
                var plan = Fleet.Plan(lanes: 2, lease: 15)
                plan.backend = results.url
                var states: [String: String] = [:]
                let load = Load(size.tasks, faults: size.outages, seconds: 0...0.1)
                var verdict = try await arena.underLoad(plan, load) { outage, _, _ in
                    for (task, state) in Self.states {
                        for index in 0..<4 {
                            let name = "\(task).\(outage).\(index)"
                            states[name] = state
                            try await arena.app.send([
                                TaskCall(
                                    task,
                                    TaskArguments([.string(name)]),
                                    options: TaskOptions(queue: "work", taskID: name)
                                )
                            ])
                        }
                    }
                    try await results.crash()
                    try await Task.sleep(for: .seconds(size.away))
                    try await results.restart()
                    arena.faults.note(.outage)
                }
                for number in 0..<verdict.tasks { states["t\(number)"] = "SUCCESS" }
                try await Self.check(states, in: results)
                verdict.lost += states.keys.filter { !arena.effects.contains(.done, $0) }
                verdict.tasks = states.count
                return (verdict, .init(repeats: 0))
            }
        }
    }

    /// Checks that the ends of all tasks are stored.
    private static func check(_ states: [String: String], in results: RedisServer) async throws {
        let script = #"""
            local found = {}
            for i, name in ipairs(ARGV) do
                local stored = redis.call('GET', 'celery-task-meta-' .. name) or 'nothing'
                found[i] = string.match(stored, '^{"status": "(%u+)"') or stored
            end
            return table.concat(found, '\n')
            """#
        var names = states.keys.sorted()[...]
        while !names.isEmpty {
            let page = names.prefix(500)
            names = names.dropFirst(page.count)
            let answer = try await results.cli(["EVAL", script, "0"] + page)
            let found = answer.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(found.count == page.count)
            for (name, found) in zip(page, found) where found != states[name] ?? "" {
                Issue.record("\(name) is stored as \(found.prefix(200)), not as \(states[name] ?? "")")
            }
        }
    }
}

extension Faults {
    @Test func `T28 Every end is stored, whatever the task returns and wherever results are kept`() async throws {
        try await StoredResults.run(.current)
    }
}
