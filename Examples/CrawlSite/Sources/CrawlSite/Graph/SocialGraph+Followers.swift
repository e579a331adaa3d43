extension SocialGraph {
    /// The number of a user's followers.
    ///
    /// Seed users have ``seedFollowers``. One in twenty of the others is well connected (40 to 159 followers), the rest
    /// have 5 to 35, so that a list is two pages long on average.
    package func followerCount(of user: Int) -> Int {
        guard !self.seedUsers.contains(user) else { return self.seedFollowers }
        var random = SplitMix64(seed: self.seed, stream: .popularity, key: UInt64(user))
        let wanted = random.chance(of: 0.05) ? 40 + random.next(below: 120) : 5 + random.next(below: 31)
        return max(min(wanted, self.users - 1), self.backbone(of: user).count)
    }

    /// The number of list pages that show a user's followers; an empty list has one page too.
    package func fansPages(of user: Int) -> Int {
        max(1, (self.followerCount(of: user) + Self.followersPerPage - 1) / Self.followersPerPage)
    }

    /// The ids of a user's followers: no duplicates, never the user itself, always in the same order.
    package func followers(of user: Int) -> [Int] {
        self.followers(of: user, limit: .max)
    }

    /// The ids on one list page, numbered from 1; empty when there is no such page.
    package func followers(of user: Int, page: Int) -> ArraySlice<Int> {
        guard (1...self.fansPages(of: user)).contains(page) else { return [] }
        let end = page * Self.followersPerPage
        return self.followers(of: user, limit: end).dropFirst(end - Self.followersPerPage)
    }

    /// A list does not change when only its beginning is asked for, so a page costs no more than what stands before it.
    private func followers(of user: Int, limit: Int) -> [Int] {
        let count = min(limit, self.followerCount(of: user))
        var followers = self.backbone(of: user)
        guard followers.count < count else { return Array(followers.prefix(count)) }

        followers.reserveCapacity(count)
        var taken = Set(followers)
        taken.insert(user)
        var random = SplitMix64(seed: self.seed, stream: .followers, key: UInt64(user))
        while followers.count < count {
            // Stepping on from a taken id instead of drawing again ends after a bounded time even when nearly all
            // users of a small site are followers.
            var candidate = 1 + random.next(below: self.users)
            while !taken.insert(candidate).inserted {
                candidate = candidate % self.users + 1
            }
            followers.append(candidate)
        }
        return followers
    }
}
