import TaskBroker

/// What `tasks.login` returns: the session that all workers share.
struct SessionRecord: Codable, Hashable, Sendable {
    /// The cookie to send.
    var cookie: String
    /// When the site forgets it, in seconds since 1970.
    var expires: Double
}

/// What `tasks.user` returns: the record of a user, or why there is none.
struct UserRecord: Codable, Hashable, Sendable {
    /// The page.
    var url: String
    /// What it says; `nil` if it cannot be read.
    var profile: Profile?
    /// Why it cannot be read.
    var problem: String?
}

/// What `tasks.fans` returns: the links of a list page.
struct FansRecord: Codable, Hashable, Sendable {
    /// The page.
    var url: String
    /// The ids of the users on it.
    var fans: [Int]
    /// The number of the next page of the list.
    var next: Int?
    /// Why it cannot be read.
    var problem: String?
}
