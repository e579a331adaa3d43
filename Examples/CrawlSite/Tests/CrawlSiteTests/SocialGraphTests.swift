import CrawlSite
import Testing

struct SocialGraphTests {
    /// Sizes around every boundary: fewer users than seeds, less than a level, a page, the default, the largest.
    static let sizes = [1, 2, 3, 4, 5, 8, 18, 19, 20, 100, 436, 437, 438, 2_000, 100_000]

    @Test(arguments: sizes)
    func `every user is reached through list pages from any one seed user`(users: Int) throws {
        let graph = try SocialGraph(seed: 1, users: users)
        for start in users < 100_000 ? graph.seedUsers : 1...1 {
            #expect(try crawl(graph, from: [start]).count == users)
        }
    }

    @Test(arguments: [1, 4, 100, 2_000] as [Int], [1, 2, 3, 0xFFFF_FFFF_FFFF_FFFF] as [UInt64])
    func `every user is reached though all pages that may be broken are`(users: Int, seed: UInt64) throws {
        let graph = try SocialGraph(seed: seed, users: users)
        let faults = try FaultPlan(graph: graph, configuration: FaultPlan.Configuration(broken: 1))
        #expect(try crawl(graph, from: [1], without: faults).count == users)
    }

    @Test func `seed users are well connected`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        #expect(graph.seedUsers == 1...3)
        for user in graph.seedUsers {
            #expect(graph.followerCount(of: user) == 236)
            #expect(graph.fansPages(of: user) == 14)
        }
        // Two steps from the seeds there is more than half of the site: the crawl does not circle.
        let first = Set(graph.seedUsers.flatMap(graph.followers(of:)))
        let second = first.union(first.flatMap(graph.followers(of:)))
        #expect(first.count > 400)
        #expect(second.count > 1_000)
    }

    @Test(arguments: sizes)
    func `lists have no duplicates, no strangers and not their owner`(users: Int) throws {
        let graph = try SocialGraph(seed: 5, users: users)
        for user in 1...min(users, 2_000) {
            let followers = graph.followers(of: user)
            #expect(followers.count == graph.followerCount(of: user))
            #expect(Set(followers).count == followers.count)
            #expect(!followers.contains(user))
            #expect(followers.allSatisfy(graph.contains))
        }
    }

    @Test(arguments: [1, 20, 2_000])
    func `pages of eighteen make up the list`(users: Int) throws {
        let graph = try SocialGraph(seed: 1, users: users)
        for user in 1...users {
            let pages = (1...graph.fansPages(of: user)).map { graph.followers(of: user, page: $0) }
            #expect(pages.dropLast().allSatisfy { $0.count == 18 })
            #expect(pages.count == 1 || pages.last?.isEmpty == false)
            #expect(pages.flatMap { $0 } == graph.followers(of: user))
        }
    }

    @Test(arguments: [0, -1, 15, Int.max, Int.min])
    func `there is nothing on a page that does not exist`(page: Int) throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        #expect(graph.followers(of: 1, page: page).isEmpty)
    }

    @Test func `one seed is one graph, another seed another`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        let same = try SocialGraph(seed: 1, users: 2_000)
        let other = try SocialGraph(seed: 2, users: 2_000)
        for user in 1...2_000 {
            #expect(graph.followers(of: user) == same.followers(of: user))
            #expect(graph.profile(of: user) == same.profile(of: user))
        }
        #expect(Array(graph.followers(of: 10, page: 1)) == expectedFollowers)
        #expect(graph.followers(of: 1) != other.followers(of: 1))
        #expect((1...2_000).contains { graph.profile(of: $0) != other.profile(of: $0) })
    }

    @Test(arguments: [0, -1, 100_001, Int.max, Int.min])
    func `refuses numbers of users out of range`(users: Int) throws {
        let error = #expect(throws: CrawlSiteError.self) { try SocialGraph(seed: 1, users: users) }
        #expect(error?.code == .invalidConfiguration)
        #expect(error?.message.contains("\(users)") == true)
    }
}

/// Written down from a run, so that a change of the algorithm shows.
private let expectedFollowers = [
    382, 383, 384, 385, 173, 1_159, 174, 1_593, 1_191, 465, 1_404, 119, 1_225, 618, 1_492, 1_468, 761, 1_691,
]

/// Whom a crawler finds that reads list pages until a broken one ends the list.
private func crawl(_ graph: SocialGraph, from seeds: [Int], without faults: FaultPlan? = nil) throws -> Set<Int> {
    var found = Set(seeds)
    var next = seeds[...]
    while let user = next.popFirst() {
        for number in 1...graph.fansPages(of: user) {
            if faults?.isBroken(.fans(user: user, number: number)) == true {
                break
            }
            next += graph.followers(of: user, page: number).filter { found.insert($0).inserted }
        }
    }
    return found
}
