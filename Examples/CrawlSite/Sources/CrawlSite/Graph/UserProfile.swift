/// What a profile page shows.
package struct UserProfile: Sendable, Hashable {
    /// The user's id, from 1.
    package let id: Int

    /// The full name.
    package let name: String

    /// The city the user lives in.
    package let city: String

    /// A sentence or two; contains characters that HTML must escape, and characters beyond ASCII.
    package let bio: String

    /// The day the user joined, as in `2014-03-09`.
    package let joined: String

    /// How many users follow this one, exactly as many as the list pages show together.
    package let followers: Int

    /// How many posts the user wrote.
    package let posts: Int
}
