import TestSupport

/// What a run has shown: a pure value, made of what was sent, what the effect file says, and what was left in Redis.
struct Verdict: Sendable {
    /// What must hold, by scenario.
    struct Bar: Sendable {
        /// How many times a task may have started again.
        var repeats = 0
        /// How long interrupted work may wait (99 of 100 times).
        var recovery: Duration?
        /// How many workers may have ended by themselves.
        var exits = 0
        /// How many dead letters there may be.
        var dead = 0
    }

    /// How many tasks were sent, with acknowledgement.
    var tasks = 0
    /// Sent, never done, and not a dead letter either.
    var lost: [String] = []
    /// How many messages are still in the queue, or in Celery's `unacked`, where nobody sees them; they may run some time.
    var stranded = 0
    /// How many times a task started although it had started before.
    var repeats = 0
    /// How many times a task came to its end although it had come to its end before.
    var repeatedEnds = 0
    /// Tasks whose end was accepted more than once: two messages followed.
    var acceptedTwice: [String] = []
    /// Tasks that were done and whose end was never accepted.
    var neverAccepted: [String] = []
    /// Tasks whose accepted end came from a worker that had lost them: their message had been delivered again before.
    var stale: [String] = []
    /// Tasks that were given something wrong.
    var wrong: [String] = []
    /// Dead letters at the end.
    var dead = 0
    /// Workers that ended without being told to.
    var exits = 0
    /// Keys without a time to live that stayed behind.
    var residue: [String] = []
    /// Violated invariants (reliability.md §4.4), found in Redis at any time.
    var violations: [String] = []
    /// How long interrupted work waited.
    var recoveries: [Duration] = []
    /// Faults that were done.
    var faults = 0
}

extension Verdict {
    /// Judges what tasks did.
    ///
    /// - Parameters:
    ///   - sent: The names of what was sent.
    ///   - effects: The effect file.
    ///   - receipts: One for each end that was accepted; `nil` where nothing followed the tasks.
    ///   - faults: What was done meanwhile.
    init(sent: [String], effects: [Effect], receipts: [Receipt]?, faults: [Fault]) {
        self.tasks = sent.count
        var (starts, ends): ([String: Int], [String: Int]) = ([:], [:])
        for effect in effects {
            switch effect.kind {
            case .start: starts[effect.name, default: 0] += 1
            case .done: ends[effect.name, default: 0] += 1
            case .wrong: self.wrong.append(effect.name)
            }
        }
        self.lost = sent.filter { ends[$0] == nil }
        self.repeats = starts.values.reduce(0) { $0 + $1 - 1 }
        self.repeatedEnds = ends.values.reduce(0) { $0 + $1 - 1 }
        if let receipts {
            let counts = Dictionary(receipts.map { ($0.name, 1) }, uniquingKeysWith: +)
            self.acceptedTwice = counts.filter { $0.value > 1 }.map(\.key).sorted()
            self.neverAccepted = sent.filter { ends[$0] != nil && counts[$0] == nil }
            self.stale = Self.stale(receipts, effects)
        }
        self.recoveries = Recovery.times(effects, after: faults)
        self.faults = faults.count
    }

    /// Whose accepted end came from a delivery that another one had followed.
    ///
    /// The next delivery exists only because the lease of the one before ran out. From then on its end has to be refused.
    private static func stale(_ receipts: [Receipt], _ effects: [Effect]) -> [String] {
        let parents = Dictionary(effects.map { ($0.process, $0.parent) }) { first, _ in first }
        let starts = Dictionary(grouping: effects.filter { $0.redeliveries != nil }, by: \.name)
            .filter { $0.value.count > 1 }
        return receipts.filter { receipt in
            // A task host, or the supervisor itself: which of them has made the receipt is their affair.
            let supervisor = parents[receipt.process] ?? receipt.process
            let own = starts[receipt.name, default: []].filter { $0.parent == supervisor }
            guard let last = own.compactMap(\.redeliveries).max() else { return false }
            return starts[receipt.name, default: []].contains { $0.redeliveries.map { $0 > last } == true }
        }
        .map(\.name)
    }

    /// What does not hold of a bar, in words; nothing if all is well.
    func problems(_ bar: Bar) -> [String] {
        var problems: [String] = []
        func check(_ holds: Bool, _ text: @autoclosure () -> String) {
            if !holds { problems.append(text()) }
        }
        check(self.lost.isEmpty, "lost \(self.lost.count): \(self.lost.prefix(10))")
        check(self.wrong.isEmpty, "given something wrong: \(self.wrong.prefix(10))")
        check(self.repeats <= bar.repeats, "\(self.repeats) starts too many, allowed are \(bar.repeats)")
        check(self.acceptedTwice.isEmpty, "accepted twice: \(self.acceptedTwice.prefix(10))")
        check(self.neverAccepted.isEmpty, "done and never accepted: \(self.neverAccepted.prefix(10))")
        check(self.stale.isEmpty, "accepted from a worker that had lost it: \(self.stale.prefix(10))")
        check(self.dead <= bar.dead, "\(self.dead) dead letters")
        check(self.exits <= bar.exits, "\(self.exits) workers ended by themselves")
        check(self.residue.isEmpty, "left behind for ever: \(self.residue.prefix(10))")
        check(self.violations.isEmpty, "violated: \(self.violations.prefix(10))")
        if let limit = bar.recovery, let measured = self.recoveries.quantile(0.99) {
            check(measured <= limit, "recovered within \(measured), allowed is \(limit)")
        }
        return problems
    }
}
