import CeleryProtocol
import RedisClient

/// What two servers do one after the other, because they have no common step: the effects first, the end of the claim last.
///
/// A crash in between runs the task again, stores an equal result and reports a part that is counted already. The other order would
/// lose them.
extension RedisResultBackend {
    /// Stores the results of settlements and reports their parts.
    ///
    /// What is left in `items` is what the broker's script does. Those that complete a chord must not be settled.
    ///
    /// - Returns: The parts that completed their chords, by the index of their settlement.
    func takeEffects(of items: inout [SettleScript.Item]) async throws(TaskBrokerError) -> [Int: [Int]] {
        var completions: [Int: [Int]] = [:]
        try await self.store(items.flatMap(\.effects.results))
        for index in items.indices where items[index].needsBackend {
            // Before the parts: what an inner chord has failed with may be what the outer one waits for.
            var (ends, isContested) = try await self.claim(items[index].ends)
            try await self.store(ends.flatMap(\.effects.results))
            let (completed, isTaken) = try await self.report(items[index].parts, expires: items[index].expires)
            isContested = isContested || isTaken
            items[index].parts = []
            guard completed.isEmpty else {
                completions[index] = completed
                continue
            }
            for end in ends {
                items[index].effects.publications += end.effects.publications
                items[index].effects.chords += end.effects.chords
                items[index].effects.groups += end.effects.groups
            }
            items[index].ends = []
            // Whoever holds the claim may be a worker that has lost its task and will never send the body: parts are reported without a
            // fence here. So the message comes back when that claim has run out, instead of being the last to know of the chord.
            if isContested {
                let pause = Duration.seconds(ChordScript.publishSeconds + 1)
                items[index].disposition = .delay(until: Timestamp.now().adding(pause))
            }
            let effects = items[index].effects
            try await self.prepare(groups: effects.groups, chords: effects.chords, expires: items[index].expires)
        }
        for index in items.indices {
            items[index].effects.results = []
            items[index].effects.groups = []
            items[index].effects.chords = []
        }
        return completions
    }

    /// Makes sure that nobody sends the bodies again that were sent with a settlement.
    func finish(_ ends: [ChordEnd]) async throws(TaskBrokerError) {
        guard !ends.isEmpty else { return }
        _ = try await self.evaluate(
            ChordScript.end,
            ends.map { (ChordScript.endKeys($0.groupID), [$0.token, $0.isSuccess ? "1" : "0"]) }
        )
    }

    /// Reports parts; returns the indices of those that completed their chords, and whether one has found a complete chord that is
    /// somebody else's to end.
    private func report(
        _ parts: [ChordPart],
        expires: Duration?
    ) async throws(TaskBrokerError) -> (completed: [Int], isContested: Bool) {
        guard !parts.isEmpty else { return ([], false) }
        let replies = try await self.evaluate(
            ChordScript.part,
            parts.map { (ChordScript.partKeys($0.groupID), $0.scriptArguments(expires: expires)) }
        )
        let completed = zip(parts.indices, replies).filter { $1.integer == 1 }.map(\.0)
        return (completed, replies.contains { $0.integer == 2 })
    }

    /// The chords whose bodies are still ours to send, for long enough to send them; and whether one is somebody else's to send.
    private func claim(
        _ ends: [SettleScript.End]
    ) async throws(TaskBrokerError) -> (ours: [SettleScript.End], isContested: Bool) {
        guard !ends.isEmpty else { return ([], false) }
        let replies = try await self.evaluate(
            ChordScript.claim,
            ends.map { (ChordScript.endKeys($0.groupID), [$0.token]) }
        )
        return (zip(ends, replies).filter { $1.integer == 1 }.map(\.0), replies.contains { $0.integer == 2 })
    }

    private func evaluate(
        _ script: RedisScript,
        _ calls: [([String], [String])]
    ) async throws(TaskBrokerError) -> [RESPValue] {
        do throws(RedisError) {
            return try await self.client.evaluate(
                script,
                calls.map { (keys: $0.0, arguments: RESPArguments($0.1)) }
            )
        } catch {
            throw TaskBrokerError(error)
        }
    }
}

extension SettleScript.Item {
    /// Whether it writes anything but results to the backend.
    fileprivate var needsBackend: Bool {
        !(self.parts.isEmpty && self.ends.isEmpty && self.effects.chords.isEmpty && self.effects.groups.isEmpty)
    }
}
