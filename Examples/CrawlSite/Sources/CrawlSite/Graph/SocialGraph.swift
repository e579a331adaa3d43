/// Who follows whom among users `1 ... users`, derived from a seed.
///
/// The graph keeps nothing but two numbers. Each user's followers are a short, fixed part (the *backbone*, which makes
/// every user reachable) followed by random users; see ``followers(of:)``.
///
/// The **seed users** `1 ... 3` have some hundred followers each, which is why a crawl that starts from them does not
/// circle in a small neighbourhood before it reaches the rest.
package struct SocialGraph: Sendable {
    /// What every random choice is derived from.
    package let seed: UInt64

    /// The number of users, whose ids are `1 ... users`.
    package let users: Int

    /// Creates a graph; throws when the number of users is outside ``allowedUsers``.
    package init(seed: UInt64, users: Int) throws(CrawlSiteError) {
        guard Self.allowedUsers.contains(users) else {
            throw CrawlSiteError(
                code: .invalidConfiguration,
                message: "the number of users must be \(Self.allowedUsers.lowerBound) to "
                    + "\(Self.allowedUsers.upperBound), not \(users)"
            )
        }
        self.seed = seed
        self.users = users
    }
}

extension SocialGraph {
    /// How many users a site may have.
    package static let allowedUsers = 1...100_000

    /// How many followers one list page shows.
    package static let followersPerPage = 18

    /// The well-connected users that a crawl starts from.
    package var seedUsers: ClosedRange<Int> { 1...min(3, self.users) }

    /// Whether a user has this id.
    package func contains(_ user: Int) -> Bool {
        (1...self.users).contains(user)
    }
}
