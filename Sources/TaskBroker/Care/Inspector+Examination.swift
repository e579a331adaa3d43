extension Inspector {
    /// Looks for damage, and repairs it if asked: `fsck` for queues.
    ///
    /// Everything is looked at in small steps while the workers go on. What looks wrong is looked at again in one step with
    /// everything that it depends on, so that work in progress is never reported, and it is repaired in that same step. No repair
    /// deletes a message: what has lost its bytes is reported as lost, and what has lost its place gets one.
    ///
    /// - Parameters:
    ///   - options: What to look for, and whether to repair it.
    ///   - progress: Called now and then.
    ///   - body: Called with every damage.
    /// - Returns: The sums.
    public func examine(
        _ options: ExaminationOptions = ExaminationOptions(),
        progress: (ExaminationProgress) -> Void = { _ in },
        _ body: (Damage) async throws -> Void
    ) async throws -> ExaminationReport {
        var examination = try await Examination(self.careStore(), options, workers: self.workers())
        try await examination.examineKeys(queues: self.declaredQueues, progress: progress, body)
        try await examination.examineLists(progress: progress, body)
        try await examination.examine(.unacknowledged, list: "", progress: progress, body)
        return examination.report
    }

    func careStore() throws(TaskBrokerError) -> any CareStore {
        guard let care = self.store.care else {
            throw TaskBrokerError(.invalidConfiguration, "This broker cannot be examined.")
        }
        return care
    }
}

/// One examination on its way.
private struct Examination {
    let store: any CareStore
    let options: ExaminationOptions
    var report = ExaminationReport()
    /// The lists to look at.
    var lists: Set<String> = []
    /// Leftovers that are told of together.
    var sums: [Damage.Kind: Damage] = [:]

    init(_ store: any CareStore, _ options: ExaminationOptions, workers: [WorkerRecord]) {
        var options = options
        options.nonces = Set(workers.map(\.nonce))
        self.store = store
        self.options = options
        self.add(queues: workers.flatMap(\.queues))
    }

    private mutating func add(queues: [String]) {
        for queue in queues {
            for step in Priority.steps { self.lists.insert(Priority.list(queue: queue, step: step)) }
        }
    }
}

extension Examination {
    mutating func examineKeys(
        queues: [String],
        progress: (ExaminationProgress) -> Void,
        _ body: (Damage) async throws -> Void
    ) async throws {
        self.add(queues: queues)
        for place in self.store.places { self.report.progress.allKeys += try await self.store.keyCount(in: place) }
        for place in self.store.places {
            var cursor: String?
            repeat {
                let page = try await self.store.keys(in: place, after: cursor, self.options)
                self.report.progress.keys += page.count
                self.lists.formUnion(page.lists)
                try await self.settle(page.suspicions, in: place, body)
                progress(self.report.progress)
                cursor = page.next
            } while cursor != nil
        }
        for damage in self.sums.values.sorted(by: { $0.kind.rawValue < $1.kind.rawValue }) {
            self.report.add(damage)
            try await body(damage)
        }
    }

    mutating func examineLists(
        progress: (ExaminationProgress) -> Void,
        _ body: (Damage) async throws -> Void
    ) async throws {
        for list in self.lists.sorted() {
            let survey = try await self.store.survey(list)
            try await self.settle(survey.suspicions, in: .broker, body)
            self.report.progress.lists += 1
            guard survey.hasCompanions else { continue }
            for pair in StoredPair.ofLists { try await self.examine(pair, list: list, progress: progress, body) }
            guard self.options.looksFor(.strayParking, .badCounter) else { continue }
            try await self.eachPage(progress: progress, body) { store, cursor in
                try await store.notes(list, after: cursor)
            }
        }
    }

    /// Looks at the times of a pair, and at the messages only if the numbers tell that some lack their times.
    mutating func examine(
        _ pair: StoredPair,
        list: String,
        progress: (ExaminationProgress) -> Void,
        _ body: (Damage) async throws -> Void
    ) async throws {
        guard self.options.looksFor(pair.withoutMessage, pair.withoutTime, .doubledMessage) else { return }
        var hasLostMessages = false
        if self.options.looksFor(pair.withoutMessage, .doubledMessage) {
            hasLostMessages = try await self.eachPage(progress: progress, body) { store, cursor in
                try await store.entries(.times, of: pair, list: list, after: cursor)
            }
        }
        // Messages with workers are in keys of their own, which all have been looked at.
        guard pair != .claims, self.options.looksFor(pair.withoutTime) else { return }
        // Two sides of one size have the same entries, unless some lack their messages. So the messages themselves, which may be
        // large, are usually not looked at.
        guard let balance = try await self.store.balance(of: pair, list: list) else { return }
        guard hasLostMessages || balance.times != balance.messages || !self.options.looksFor(pair.withoutMessage)
        else { return }
        try await self.eachPage(progress: progress, body) { store, cursor in
            try await store.entries(.messages, of: pair, list: list, after: cursor)
        }
    }

    /// Settles page after page; returns whether anything was suspected.
    @discardableResult
    private mutating func eachPage(
        progress: (ExaminationProgress) -> Void,
        _ body: (Damage) async throws -> Void,
        _ page: (any CareStore, String?) async throws -> EntryPage
    ) async throws -> Bool {
        var cursor: String?
        var isSuspicious = false
        repeat {
            let entries = try await page(self.store, cursor)
            self.report.progress.entries += entries.count
            isSuspicious = isSuspicious || !entries.suspicions.isEmpty
            try await self.settle(entries.suspicions, in: .broker, body)
            progress(self.report.progress)
            cursor = entries.next
        } while cursor != nil
        return isSuspicious
    }

    private mutating func settle(
        _ suspicions: [Suspicion],
        in place: CarePlace,
        _ body: (Damage) async throws -> Void
    ) async throws {
        var rest = suspicions.filter(self.isWanted)[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(100))
            rest = rest.dropFirst(100)
            for case let damage? in try await self.store.settle(batch, in: place, self.options)
            where self.options.kinds.contains(damage.kind) {
                if damage.kind.isOptional {
                    self.sum(damage)
                } else {
                    self.report.add(damage)
                    try await body(damage)
                }
            }
        }
    }

    private func isWanted(_ suspicion: Suspicion) -> Bool {
        // What is wrong with a chord turns out when it is settled.
        suspicion.kind == .stuckChord
            ? self.options.looksFor(.stuckChord, .miscountedChord) : self.options.kinds.contains(suspicion.kind)
    }

    private mutating func sum(_ damage: Damage) {
        guard var sum = self.sums[damage.kind] else { return self.sums[damage.kind] = damage }
        sum.count += damage.count
        self.sums[damage.kind] = sum
    }
}
