/// A profile page: `GET /user/<id>`.
///
/// The format is the contract of `Examples/CrawlSite/README.md`.
struct ProfilePage: Sendable, Hashable {
    /// What the page shows.
    let profile: Profile

    /// Reads a page; throws when any field cannot be read, so that a record is whole or is not.
    init(html: String) throws(PageError) {
        let main = try MainElement(class: "profile", html: html)
        self.profile = Profile(
            id: try main.number(ofAttribute: "data-user"),
            name: try main.text(of: "name"),
            city: try main.text(of: "city"),
            bio: try main.text(of: "bio"),
            joined: try main.text(of: "joined"),
            followers: try main.number(of: "followers"),
            posts: try main.number(of: "posts")
        )
    }
}
