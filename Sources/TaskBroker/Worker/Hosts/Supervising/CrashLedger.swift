/// Who made task hosts die: a pure value.
///
/// Of one task in a host that dies, it is known at once. Of several, each is a suspect and runs again alone in a host, until one
/// dies there: that one is guilty, and the others of its cohort go on among others. A suspect that ends was innocent. A task is
/// given up only for what it has done alone, so that an innocent one survives any number of crashes of its neighbours.
struct CrashLedger: Sendable {
    private struct Record {
        /// How often its host died.
        var crashes = 0
        /// Whether it has to run alone.
        var isSuspect = false
        /// The tasks that it shares the suspicion with.
        var cohort: Int?
    }

    /// What becomes of a task whose host died.
    enum Verdict: Sendable, Hashable {
        /// It runs again.
        case again
        /// It has crashed too often.
        case over(crashes: Int)
    }

    /// After so many crashes a task is given up.
    static let maximumCrashes = 3

    private var records: [RunID: Record] = [:]
    private var cohorts: [Int: Set<RunID>] = [:]
    private var lastCohort = 0
}

extension CrashLedger {
    /// Whether a task has to run alone.
    func isSuspect(_ run: RunID) -> Bool { self.records[run]?.isSuspect ?? false }

    /// Notes that a host died while these tasks ran in it, by what one of them did.
    ///
    /// - Returns: What becomes of each, and who is a suspect no longer.
    mutating func hostDied(running runs: [RunID]) -> (verdicts: [RunID: Verdict], cleared: Set<RunID>) {
        for run in runs {
            self.records[run, default: Record()].crashes += 1
            self.records[run]?.isSuspect = true
        }
        let verdicts = Dictionary(runs.map { ($0, Verdict.again) }) { first, _ in first }
        guard runs.count == 1, let guilty = runs.first else {
            self.lastCohort &+= 1
            self.cohorts[self.lastCohort] = Set(runs)
            for run in runs { self.records[run]?.cohort = self.lastCohort }
            return (verdicts, [])
        }
        let cleared = self.clearOthers(than: guilty)
        guard let crashes = self.records[guilty]?.crashes, crashes >= Self.maximumCrashes else {
            return (verdicts, cleared)
        }
        self.records[guilty] = nil
        return ([guilty: .over(crashes: crashes)], cleared)
    }

    /// Notes that a task has ended, or was given up.
    mutating func ended(_ run: RunID) {
        guard let record = self.records.removeValue(forKey: run), let cohort = record.cohort else { return }
        self.cohorts[cohort]?.remove(run)
        if self.cohorts[cohort]?.isEmpty ?? false { self.cohorts[cohort] = nil }
    }

    private mutating func clearOthers(than guilty: RunID) -> Set<RunID> {
        guard let cohort = self.records[guilty]?.cohort else { return [] }
        self.records[guilty]?.cohort = nil
        let cleared = (self.cohorts.removeValue(forKey: cohort) ?? []).subtracting([guilty])
        for run in cleared {
            self.records[run]?.cohort = nil
            self.records[run]?.isSuspect = false
        }
        return cleared
    }
}
