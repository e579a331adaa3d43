/// What a complete crawl fetches, known beforehand: the figures to compare the served ones with.
package struct SiteCensus: Sendable, Hashable {
    /// The profile pages: one for each user, since every user can be reached.
    package private(set) var profiles = 0

    /// The list pages that can be reached: a broken one has no link to the next.
    package private(set) var fans = 0

    /// The reachable pages that are broken.
    package private(set) var broken = 0

    /// Counts the pages of a site: about 10 ms for the largest one.
    package init(graph: SocialGraph, faults: FaultPlan) {
        for user in 1...graph.users {
            self.profiles += 1
            self.broken += faults.isBroken(.profile(user: user)) ? 1 : 0
            for number in 1...graph.fansPages(of: user) {
                self.fans += 1
                if faults.isBroken(.fans(user: user, number: number)) {
                    self.broken += 1
                    break
                }
            }
        }
    }
}

extension SiteCensus {
    /// All pages that a complete crawl fetches.
    package var pages: Int { self.profiles + self.fans }
}
