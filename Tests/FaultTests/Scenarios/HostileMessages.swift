import TaskBroker
import TestSupport
import Testing

/// Messages with random damage among good ones.
enum HostileMessages {
    /// T24; the 23 shapes that stop Celery's workers are in `MalformedMessageTests` and `BadInputTests`.
    static func run(count: Int) async throws {
        let plan = Fleet.Plan(lanes: 2)
        try await Arena.run("T24", "\(count) damaged messages among good ones") { arena in
            var random = arena.random
            let damaged = try await Self.damagedMessages(count, arena, &random)
            let (good, exits) = try await Fleet.with(plan, arena) { _ in
                var good: [String] = []
                for start in stride(from: 0, to: damaged.count, by: 100) {
                    good += try await arena.send(20, from: good.count, seconds: 0...0.01, using: &random)
                    try await arena.push(Array(damaged[start..<min(start + 100, count)]), to: "work")
                }
                try await eventually("the good ones are done, and nothing waits", timeout: .seconds(120)) {
                    let audit = try await Audit(of: arena.server)
                    return audit.waiting + audit.inFlight == 0 && good.allSatisfy { arena.effects.contains(.done, $0) }
                }
                return good
            }
            var verdict = try await arena.verdict(good, exits: exits)
            verdict.tasks += damaged.count
            verdict.lost += try await Self.vanished(damaged, arena)
            // Dead letters are what this is about; those, and what is damaged into a later time, stay until somebody cares.
            verdict.residue.removeAll { $0.hasPrefix("{work}:tb:work:") }
            // Damage can make two messages out of one, or two of one name.
            verdict.violations.removeAll { $0.hasPrefix("I1") }
            return (verdict, .init(repeats: count, dead: count))
        }
    }

    /// Copies of real messages, each damaged in one to four places.
    private static func damagedMessages(
        _ count: Int,
        _ arena: Arena,
        _ random: inout SeededGenerator
    ) async throws -> [[UInt8]] {
        let calls = (0..<count).map { index in
            TaskCall("fault.effect", TaskArguments([.string("bad\(index)"), 0.0]), options: TaskOptions(queue: "work"))
        }
        try await arena.app.send(calls)
        var messages = try await arena.messages(in: "work")
        _ = try await arena.server.cli("DEL", "work")
        for index in messages.indices {
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.damage(&messages[index], &random) }
        }
        return messages
    }

    private static func damage(_ raw: inout [UInt8], _ random: inout SeededGenerator) {
        guard !raw.isEmpty else { return }
        let position = Int.random(in: raw.indices, using: &random)
        let end = min(raw.count, position + Int.random(in: 1...20, using: &random))
        switch Int.random(in: 0..<5, using: &random) {
        case 0: raw[position] = UInt8.random(in: 0...255, using: &random)
        case 1: raw[position] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: raw.removeSubrange(position..<end)
        case 3: raw.insert(contentsOf: raw[position..<end], at: position)
        default: raw.insert(contentsOf: Array(#"[{"\u0000,9e999"#.utf8), at: position)
        }
    }

    /// What is neither a dead letter, nor put aside, nor has a result: nothing may vanish.
    private static func vanished(_ damaged: [[UInt8]], _ arena: Arena) async throws -> [String] {
        let kept = try await arena.companions(["deadm", "etam"], of: "work")
        var vanished: [String] = []
        for raw in damaged where !kept.contains(raw) {
            let text = String(decoding: raw, as: UTF8.self)
            // Damage can repeat a key; the last one counts.
            let results = text.matches(of: /"id": ?"([^"]+)"/).map { "celery-task-meta-\($0.1)" }
            if try await !arena.server.exists(results) { vanished.append(text) }
        }
        return vanished
    }
}

extension Faults {
    @Test func `T24 Damaged messages stop nobody, and none vanishes`() async throws {
        try await HostileMessages.run(count: FaultTier.pick(ci: 300, nightly: 3_000, release: 10_000))
    }
}
