/// Which task hosts there are, what runs in each, and what waits for one: a pure value.
///
/// A task goes to the host with the fewest; one that must run alone gets a host that is idle, and there are more hosts while such
/// tasks wait or run.
struct HostPool: Sendable {
    /// A host.
    typealias ID = Int

    private enum Phase {
        /// It has not said hello.
        case starting
        case ready
        /// It takes nothing new and ends when it is idle.
        case retiring
        /// It was told to end.
        case ending
    }

    private struct Member {
        var phase = Phase.starting
        var runs: Set<RunID> = []
        /// Whether what runs in it must be alone.
        var isExclusive = false
        /// How many tasks it was given.
        var taken = 0
        /// How many have ended in it.
        var ended = 0
    }

    /// What to do.
    enum Action: Sendable, Hashable {
        /// Start a host, after a pause if some have failed in a row.
        case start(ID, afterFailures: Int)
        /// Run a task in a host.
        case assign(RunID, to: ID)
        /// Let a host end: it is idle.
        case end(ID)
    }

    /// How many more hosts there may be for tasks that must run alone.
    static let maximumExtra = 16

    private let size: Int
    private let maximumTasks: Int?
    private var members: [ID: Member] = [:]
    private var lastID = 0
    /// Tasks that wait for a host, and whether they must be alone.
    private var waiting: [(run: RunID, isAlone: Bool)] = []
    /// How many hosts in a row have failed.
    private(set) var failures = 0
    private var isStopped = false

    /// - Parameters:
    ///   - size: How many hosts there are.
    ///   - maximumTasks: After how many tasks a host is replaced.
    init(size: Int, maximumTasks: Int? = nil) {
        self.size = max(1, size)
        self.maximumTasks = maximumTasks
    }
}

// MARK: Tasks

extension HostPool {
    /// Finds a host for a task, now or later.
    mutating func place(_ run: RunID, isAlone: Bool) -> [Action] {
        self.waiting.append((run, isAlone))
        return self.next()
    }

    /// Finds a host for a task that may share it, if there is one and nothing else has to be done about it: the way of nearly every
    /// task, without a list of actions.
    mutating func placeAtOnce(_ run: RunID) -> ID? {
        guard self.waiting.isEmpty, self.maximumTasks == nil, let host = self.host(isAlone: false) else { return nil }
        self.assign(run, false, to: host)
        return host
    }

    /// Forgets a task that waits.
    mutating func withdraw(_ run: RunID) {
        self.waiting.removeAll { $0.run == run }
    }

    /// Lets tasks that wait share a host.
    mutating func share(_ runs: Set<RunID>) -> [Action] {
        guard !runs.isEmpty else { return [] }
        for index in self.waiting.indices where runs.contains(self.waiting[index].run) {
            self.waiting[index].isAlone = false
        }
        return self.next()
    }

    /// Notes that a task has ended in its host.
    mutating func ended(_ run: RunID, in host: ID) -> [Action] {
        guard let index = self.members.index(forKey: host), self.members.values[index].runs.remove(run) != nil else {
            return []
        }
        self.failures = 0
        self.members.values[index].ended += 1
        let isAsBefore = self.members.values[index].phase == .ready && !self.members.values[index].isExclusive
        self.members.values[index].isExclusive = false
        return isAsBefore && self.waiting.isEmpty ? [] : self.next()
    }
}

// MARK: Hosts

extension HostPool {
    /// Starts the first hosts.
    mutating func start() -> [Action] { self.next() }

    /// Notes that a host can run tasks.
    mutating func isReady(_ host: ID) -> [Action] {
        guard self.members[host]?.phase == .starting else { return [] }
        self.members[host]?.phase = .ready
        return self.next()
    }

    /// Lets a host take nothing new; another one takes its place.
    mutating func retire(_ host: ID) -> [Action] {
        guard [.starting, .ready].contains(self.members[host]?.phase) else { return [] }
        self.members[host]?.phase = .retiring
        return self.next()
    }

    /// Lets every host take nothing new.
    mutating func retireAll() -> [Action] { self.members.keys.sorted().flatMap { self.retire($0) } }

    /// Notes that a host is gone; what ran in it has to be placed again.
    ///
    /// One that was of no use, because it never said hello or died idle before its first task had ended, counts as a failure.
    mutating func died(_ host: ID) -> [Action] {
        guard let member = self.members.removeValue(forKey: host) else { return [] }
        let isUseless = member.phase == .starting || (member.ended == 0 && member.runs.isEmpty)
        if isUseless, ![.ending, .retiring].contains(member.phase) { self.failures += 1 }
        return self.next()
    }

    /// Lets hosts that are too many end, now and then: whoever needed more may need them again in a moment.
    mutating func trim() -> [Action] {
        let surplus = self.active - self.wanted
        guard surplus > 0 else { return [] }
        let spare = self.members.filter { $0.value.phase == .ready && !$0.value.isExclusive }
            .sorted { ($0.value.runs.count, $0.key) < ($1.value.runs.count, $1.key) }
        for (host, _) in spare.prefix(surplus) { self.members[host]?.phase = .retiring }
        return self.next()
    }

    /// Starts nothing any more.
    mutating func stop() { self.isStopped = true }

    /// Whether a host was told to end.
    func isEnding(_ host: ID) -> Bool { self.members[host]?.phase == .ending }
}

// MARK: Deciding

extension HostPool {
    /// How many hosts take tasks, or will.
    private var active: Int { self.members.values.count { $0.phase == .starting || $0.phase == .ready } }

    private var wanted: Int {
        let alone = self.waiting.count { $0.isAlone } + self.members.values.count { $0.isExclusive }
        return self.size + min(alone, Self.maximumExtra)
    }

    private mutating func next() -> [Action] {
        var actions: [Action] = []
        if !self.waiting.isEmpty { self.assign(&actions) }
        if !self.isStopped {
            for _ in 0..<max(0, self.wanted - self.active) {
                self.lastID += 1
                self.members[self.lastID] = Member()
                actions.append(.start(self.lastID, afterFailures: self.failures))
            }
        }
        for (host, member) in self.members where member.phase == .retiring && member.runs.isEmpty {
            self.members[host]?.phase = .ending
            actions.append(.end(host))
        }
        return actions
    }

    /// Those that must be alone come first: they find an idle host only before the others do.
    private mutating func assign(_ actions: inout [Action]) {
        for isAlone in [true, false] {
            var rest: [(run: RunID, isAlone: Bool)] = []
            for waiter in self.waiting {
                if waiter.isAlone == isAlone, let host = self.host(isAlone: isAlone) {
                    self.assign(waiter.run, isAlone, to: host)
                    actions.append(.assign(waiter.run, to: host))
                } else {
                    rest.append(waiter)
                }
            }
            self.waiting = rest
        }
    }

    private func host(isAlone: Bool) -> ID? {
        var best: (count: Int, host: ID)?
        for (host, member) in self.members where member.phase == .ready && !member.isExclusive {
            let candidate = (count: member.runs.count, host: host)
            if isAlone && candidate.count > 0 { continue }
            if let best, best < candidate { continue }
            best = candidate
        }
        return best?.host
    }

    private mutating func assign(_ run: RunID, _ isAlone: Bool, to host: ID) {
        guard let index = self.members.index(forKey: host) else { return }
        self.members.values[index].runs.insert(run)
        self.members.values[index].isExclusive = isAlone
        self.members.values[index].taken += 1
        if let maximumTasks, self.members.values[index].taken >= maximumTasks {
            self.members.values[index].phase = .retiring
        }
    }
}
