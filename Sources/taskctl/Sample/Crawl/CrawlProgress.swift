import TaskBroker

/// How far a crawl is: what the stored records of pages say, followed from the seeds like the crawler follows the pages.
///
/// Only pages whose records have not ended are looked up again, so that watching costs little even late in a crawl.
struct CrawlProgress: Sendable {
    /// Counts of one kind of page.
    struct Counts: Hashable, Sendable {
        /// Pages that were linked from a page that was read.
        var found = 0
        /// Pages whose record is there.
        var fetched = 0
        /// Pages that arrived but cannot be read.
        var unreadable = 0
        /// Pages whose task failed.
        var failed = 0

        /// Pages with which nothing more will happen.
        var done: Int { self.fetched + self.unreadable + self.failed }
    }

    private enum Page: Hashable, Sendable {
        case profile(Int)
        case fans(Int, page: Int)
    }

    private let site: Site
    private var pending: Set<Page> = []
    private var users: Set<Int> = []
    /// The profiles.
    private(set) var profiles = Counts()
    /// The list pages.
    private(set) var lists = Counts()

    /// How many records are read in one round trip.
    private static let batchSize = 500

    init(_ site: Site, seeds: [Int]) {
        self.site = site
        for user in seeds { self.find(user) }
    }

    /// Whether nothing more will happen.
    var isDone: Bool { self.pending.isEmpty }

    /// All pages together.
    var found: Int { self.profiles.found + self.lists.found }
    var done: Int { self.profiles.done + self.lists.done }
}

extension CrawlProgress {
    /// Reads the records that were missing the last time, and those of the pages that they lead to.
    mutating func update(from app: TaskApp) async throws {
        var unread = Array(self.pending)
        while !unread.isEmpty {
            let batch = Array(unread.suffix(Self.batchSize))
            unread.removeLast(batch.count)
            let before = self.pending
            let records = try await app.backend.results(of: batch.map(self.taskID))
            for (page, record) in zip(batch, records) {
                if let record { self.take(TaskInfo(record), of: page) }
            }
            unread += self.pending.subtracting(before)
        }
    }

    private func taskID(of page: Page) -> String {
        switch page {
        case .profile(let user): self.site.profile(of: user).taskID
        case .fans(let user, let number): self.site.fans(of: user, page: number).taskID
        }
    }

    private mutating func take(_ info: TaskInfo, of page: Page) {
        guard info.state.isReady, self.pending.remove(page) != nil else { return }
        let problem = info.value["problem"].flatMap(\.stringValue)
        switch page {
        case .profile:
            self.profiles.add(info.state, problem)
        case .fans(let user, _):
            self.lists.add(info.state, problem)
            for fan in info.value["fans"]?.arrayValue ?? [] {
                if let fan = fan.integerValue.flatMap({ Int(exactly: $0) }) { self.find(fan) }
            }
            if let next = info.value["next"]?.integerValue.flatMap({ Int(exactly: $0) }) {
                self.find(.fans(user, page: next))
            }
        }
    }

    private mutating func find(_ user: Int) {
        guard self.users.insert(user).inserted else { return }
        self.find(.profile(user))
        self.find(.fans(user, page: 1))
    }

    private mutating func find(_ page: Page) {
        guard self.pending.insert(page).inserted else { return }
        switch page {
        case .profile: self.profiles.found += 1
        case .fans: self.lists.found += 1
        }
    }
}

extension CrawlProgress.Counts {
    fileprivate mutating func add(_ state: TaskState, _ problem: String?) {
        switch (state, problem) {
        case (.success, nil): self.fetched += 1
        case (.success, _): self.unreadable += 1
        default: self.failed += 1
        }
    }
}
