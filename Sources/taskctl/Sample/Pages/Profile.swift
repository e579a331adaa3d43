/// What the crawler keeps of a user.
struct Profile: Codable, Sendable, Hashable {
    /// The user's id.
    var id: Int

    /// The full name.
    var name: String

    /// The city the user lives in.
    var city: String

    /// What the user writes about themselves.
    var bio: String

    /// The day the user joined, as the page shows it: `2014-03-09`.
    var joined: String

    /// How many users follow this one.
    var followers: Int

    /// How many posts the user wrote.
    var posts: Int
}
