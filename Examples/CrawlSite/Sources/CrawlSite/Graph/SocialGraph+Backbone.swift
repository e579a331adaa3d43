// The backbone is a tree over all ids with the seed users at its root. A child follows its parent, so a crawler that
// reads the parent's list pages finds the child. Both directions are arithmetic, nothing is stored:
//
//     seeds 1 2 3 ── level one, dealt out in turn: 4 5 6 │ 7 8 9 │ …        seedChildren for each seed
//                       └── then 4 children for each id, in order
//
// The seed users follow one another as well, so that any single one of them is enough to start from.

extension SocialGraph {
    /// How many children every user but the seed users has in the backbone, as long as there are ids left.
    ///
    /// Well below ``followersPerPage``: the whole of such a user's backbone is on the first list page.
    private static let childrenPerUser = 4

    /// How many followers a seed user has, when the site is large enough.
    package var seedFollowers: Int {
        min(self.users - 1, 12 * Self.followersPerPage + self.users / 100)
    }

    /// How many children each seed user has in the backbone: half of its followers, the rest are random.
    private var seedChildren: Int { max(1, self.seedFollowers / 2) }

    /// The first id below level one.
    private var secondLevel: Int { self.seedUsers.count * (1 + self.seedChildren) + 1 }

    /// The followers of a user that make the graph connected, in ascending order.
    func backbone(of user: Int) -> [Int] {
        let seeds = self.seedUsers
        guard seeds.contains(user) else {
            let first = self.secondLevel + Self.childrenPerUser * (user - seeds.upperBound - 1)
            return Array((first..<first + Self.childrenPerUser).prefix { $0 <= self.users })
        }
        let children = stride(from: seeds.count + user, to: self.secondLevel, by: seeds.count)
        return seeds.filter { $0 != user } + children.prefix { $0 <= self.users }
    }

    /// Whether a list page is needed to find some user: such pages are never broken.
    ///
    /// All list pages of the seed users are, and the first one of everybody who has children in the backbone.
    package func isEssential(_ page: Page) -> Bool {
        switch page {
        case .profile: false
        case .fans(let user, let number):
            self.seedUsers.contains(user) || (number == 1 && !self.backbone(of: user).isEmpty)
        }
    }
}
