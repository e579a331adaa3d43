import TestSupport
import Testing

/// Keys that vanish under load, as a server that evicts takes them, and `fsck --repair` beside the workers.
enum DeletedKeys {
    /// What lies beside a list; the hashes with messages among it.
    private static let companions = [
        "infl", "lease", "dlv", "eta", "etam", "park", "dead", "deadm", "meta", "beat",
    ]
    private static let withMessages: Set = ["infl", "etam", "deadm"]

    /// T38.
    static func run(rounds: Int) async throws {
        let plan = Fleet.Plan(lanes: 2, lease: 2)
        let faults = "\(rounds) × each key beside the list is deleted"
        try await Arena.run("T38", faults) { arena in
            var random = arena.random
            var sent: [String] = []
            // What was deleted together with its message, which nobody can bring back.
            var gone: Set<String> = []
            var reported = 0
            let (_, exits) = try await Fleet.with(plan, arena) { _ in
                for _ in 0..<rounds {
                    for (number, companion) in Self.companions.shuffled(using: &random).enumerated() {
                        sent += try await arena.send(16, from: sent.count, seconds: 0.02...0.2, using: &random)
                        sent += try await arena.send(
                            8,
                            from: sent.count,
                            seconds: 0.02...0.02,
                            countdown: 0.2...1,
                            using: &random
                        )
                        try await Task.sleep(for: .random(in: 0.05...0.2, using: &random))
                        gone.formUnion(try await Self.delete(companion, arena))
                        arena.faults.note(.other)
                        // Not after each: what is broken twice has to be found, too.
                        if number.isMultiple(of: 2) { reported += try await Self.repair(arena) }
                    }
                }
                // What is in doubt until a lease is over is repaired by a later run.
                try await eventually("what is left is done", timeout: .seconds(120)) {
                    reported += try await Self.repair(arena)
                    return sent.allSatisfy { gone.contains($0) || arena.effects.contains(.done, $0) }
                }
                try await arena.drain(sent, patience: .seconds(5))
                // A message that was deleted in flight leaves its lease until that runs out, and notes about batches whose last
                // message came after the repair are left to the next one.
                try await eventually("nothing is left of what was deleted", timeout: .seconds(120)) {
                    reported += try await Self.repair(arena)
                    return try await Audit(of: arena.server).violations.isEmpty
                }
            }
            var verdict = try await arena.verdict(sent, exits: exits)
            let missing = verdict.lost.count
            verdict.lost.removeAll(where: gone.contains)
            #expect(!gone.isEmpty, "no message was deleted; the run shows nothing")
            #expect(reported >= missing, "\(missing) messages were deleted and \(reported) reported")
            // The claim of a task whose message or lease was deleted is refused, and its message, if there is one, runs again.
            verdict.neverAccepted.removeAll(where: gone.contains)
            return (verdict, .init(repeats: plan.lanes * plan.slots * rounds * 3))
        }
    }

    /// Deletes a key and returns the tasks whose messages were in it.
    private static func delete(_ companion: String, _ arena: Arena) async throws -> [String] {
        let script = #"""
            local names, keys = {}, {KEYS[1]}
            -- A batch of messages that a worker holds has a key of its own.
            for _, key in ipairs(redis.call('KEYS', KEYS[1] .. ':*')) do keys[#keys + 1] = key end
            for _, key in ipairs(keys) do
                if ARGV[1] == '1' then
                    local isBatch = redis.call('TYPE', key).ok == 'list'
                    local raws = isBatch and redis.call('LRANGE', key, 0, -1) or redis.call('HVALS', key)
                    for _, raw in ipairs(raws) do
                        names[#names + 1] = string.match(raw, '"id": ?"([^"]+)"')
                    end
                end
                redis.call('DEL', key)
            end
            return table.concat(names, '\n')
            """#
        let hasMessages = Self.withMessages.contains(companion) ? "1" : "0"
        let answer = try await arena.server.cli(
            "EVAL",
            script,
            "1",
            "{work}:tb:work:\(companion)",
            hasMessages
        )
        return answer.split(separator: "\n").map(String.init)
    }

    /// Runs the command as an operator would; returns how many messages it reports as lost.
    private static func repair(_ arena: Arena) async throws -> Int {
        let output = try await ChildProcess.run(
            BuiltProgram.faultWorker,
            ["fsck", "--repair", "--lease", "2s", "--json"],
            environment: ["TASKBROKER_URL": arena.server.url, "FAULT_EFFECTS": arena.effects.path]
        )
        // 7 stands for something that has to be looked at.
        #expect([0, 7].contains(output.exitStatus), "\(output.standardError)")
        return output.standardOutput.matches(of: /"lost-message"/).count
    }
}

extension Faults {
    @Test func `T38 Whatever key is deleted, every task runs whose message is left`() async throws {
        try await DeletedKeys.run(rounds: FaultTier.pick(ci: 1, nightly: 8, release: 40))
    }
}
