import CeleryProtocol

/// What a worker knows of the broker's log of revocations: a pure value.
///
/// It forgets what the log forgets: entries that are too old count for nothing, and the oldest go when there are too many.
struct RevocationLedger: Sendable {
    private struct Record {
        var time: Timestamp
        var terminates: Bool
        /// Whether only another worker has told of it, so that `time` is when it was heard.
        var isMerged = false
    }

    private let limits: RevocationLimits
    private var records: [Revocation.Target: Record] = [:]
    /// Up to where the log was read.
    private(set) var cursor = Timestamp(microseconds: 0)
    /// Tasks that were revoked a moment ago and whose state nobody may have looked at since.
    private var unmarked: [String] = []
    /// What is older than this when it is learned was marked by others, long before this worker started.
    private static let freshness: Duration = .seconds(60)

    init(_ limits: RevocationLimits) {
        self.limits = limits
    }
}

// MARK: Learn

extension RevocationLedger {
    /// Takes over a part of the log.
    ///
    /// - Returns: What was not known before, the oldest first; two replies that were under way together may tell the same.
    mutating func learn(_ update: RevocationUpdate, at now: Timestamp) -> [Revocation] {
        self.cursor = update.cursor
        return update.entries.filter { self.learn($0, at: now) }.map(\.revocation)
    }

    /// Takes over one revocation; returns whether it was new.
    mutating func learn(_ entry: RevocationEntry, at now: Timestamp) -> Bool {
        let isNew = self.note(entry)
        if isNew, let id = entry.revocation.taskID, entry.time.adding(Self.freshness) > now { self.unmarked.append(id) }
        return isNew
    }

    /// Hands over the ids of the tasks that are to be stored as revoked, each once.
    mutating func takeUnmarked() -> [String] {
        defer { self.unmarked = [] }
        return self.unmarked
    }

    /// Asks for nothing to be stored about tasks that will say themselves how they end.
    mutating func spare(_ taskIDs: Set<String>) {
        self.unmarked.removeAll { taskIDs.contains($0) }
    }

    /// Notes one revocation without asking for anything to be stored; returns whether it was new.
    @discardableResult
    mutating func note(_ entry: RevocationEntry) -> Bool {
        let (target, terminates) = (entry.revocation.target, entry.revocation.terminates)
        guard let known = self.records[target] else {
            self.records[target] = Record(time: entry.time, terminates: terminates)
            return true
        }
        self.records[target] = Record(
            time: known.isMerged ? entry.time : max(known.time, entry.time),
            terminates: known.terminates || terminates
        )
        return terminates && !known.terminates
    }

    /// Takes over ids that another worker tells of, who does not say when they were revoked.
    ///
    /// What is known keeps its time: otherwise each worker that starts would prolong everybody's revocations, and none would ever
    /// be forgotten.
    ///
    /// - Parameter ids: The oldest first; what is no id is ignored, as are the oldest of too many.
    mutating func merge(_ ids: [String], at now: Timestamp) {
        let valid = ids.filter { (try? NameRules.validate(id: $0)) != nil }
        for id in valid.suffix(self.limits.maximumCount) where self.records[.task(id)] == nil {
            self.records[.task(id)] = Record(time: now, terminates: false, isMerged: true)
        }
    }
}

// MARK: Forget

extension RevocationLedger {
    /// What is to be forgotten because there is too much, with the times that it has now.
    ///
    /// Sorts everything, and therefore lets a tenth too many come together first. What only other workers have told goes before
    /// what the log holds.
    var excess: [(target: Revocation.Target, time: Timestamp)] {
        let most = self.limits.maximumCount
        guard self.isOverfull else { return [] }
        let oldest = self.records.sorted { first, second in
            first.value.isMerged == second.value.isMerged
                ? first.value.time < second.value.time
                : first.value.isMerged
        }
        return oldest.prefix(self.records.count - most).map { ($0.key, $0.value.time) }
    }

    /// Whether there is so much that some of it is to be forgotten.
    var isOverfull: Bool { self.records.count > self.limits.maximumCount + self.limits.maximumCount / 10 }

    /// Forgets what has not been told again since.
    mutating func forget(_ targets: [(target: Revocation.Target, time: Timestamp)]) {
        for (target, time) in targets where self.records[target]?.time == time { self.records[target] = nil }
    }
}

// MARK: Look

extension RevocationLedger {
    /// Whether a task must not start.
    func revokes(_ headers: TaskHeaders, at now: Timestamp) -> Bool {
        self.contains(headers, at: now) { _ in true }
    }

    /// Whether a task must be stopped.
    func terminates(_ headers: TaskHeaders, at now: Timestamp) -> Bool {
        self.contains(headers, at: now, where: \.terminates)
    }

    /// The ids that are revoked, the oldest first.
    ///
    /// - Parameter includingMerged: Whether those are among them that only other workers have told of.
    func taskIDs(at now: Timestamp, includingMerged: Bool = true) -> [String] {
        self.records.filter { self.isValid($0.value, now) && (includingMerged || !$0.value.isMerged) }
            .sorted { $0.value.time < $1.value.time }
            .compactMap { Revocation($0.key).taskID }
    }

    private func contains(_ headers: TaskHeaders, at now: Timestamp, where condition: (Record) -> Bool) -> Bool {
        // Almost always nothing is revoked.
        guard !self.records.isEmpty else { return false }
        return Self.targets(headers).contains { target in
            self.records[target].map { self.isValid($0, now) && condition($0) } ?? false
        }
    }

    private func isValid(_ record: Record, _ now: Timestamp) -> Bool {
        record.time.adding(self.limits.lifetime) > now
    }

    /// What would revoke a task: its id, and each value of each stamp; a stamp may be an array of values.
    private static func targets(_ headers: TaskHeaders) -> [Revocation.Target] {
        let stamps = headers.stampedHeaders?.lazy.flatMap { name -> [Revocation.Target] in
            guard let stamp = headers.stamps[name] else { return [] }
            return ([stamp] + (stamp.arrayValue ?? [])).map { .stamp(name: name, value: $0) }
        }
        return [.task(headers.id)] + (stamps.map(Array.init) ?? [])
    }
}
