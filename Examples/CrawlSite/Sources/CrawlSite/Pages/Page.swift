/// A page that counts: the ones a crawler fetches, and fetches once.
package enum Page: Hashable, Sendable {
    /// The profile of a user.
    case profile(user: Int)

    /// One page of a user's followers, numbered from 1.
    case fans(user: Int, number: Int)
}

extension Page {
    /// Reads a request's target; nil when it is no such page's address at all.
    ///
    /// One page has one value, however its address is spelled: `/user/7/fans` is `/user/7/fans?page=1`, and parameters of
    /// no meaning are ignored, so that adding one does not hide a second fetch.
    package init?(path: String, query: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].isEmpty, parts[1] == "user", let user = Self.number(parts[2]) else {
            return nil
        }
        switch parts.dropFirst(3) {
        case []:
            self = .profile(user: user)
        case ["fans"]:
            guard let page = FormFields(query)["page"] else {
                self = .fans(user: user, number: 1)
                return
            }
            guard let number = Self.number(page) else { return nil }
            self = .fans(user: user, number: number)
        default:
            return nil
        }
    }

    /// A positive decimal number in its only spelling: `07` and `+7` are not 7.
    private static func number(_ text: some StringProtocol) -> Int? {
        guard let first = text.utf8.first, (UInt8(ascii: "1")...UInt8(ascii: "9")).contains(first) else { return nil }
        return Int(text)
    }
}

extension Page {
    /// The user whom the page is about.
    package var user: Int {
        switch self {
        case .profile(let user), .fans(let user, _): user
        }
    }

    /// The page's one address, without scheme and host.
    package var path: String {
        switch self {
        case .profile(let user): "/user/\(user)"
        case .fans(let user, let number): "/user/\(user)/fans?page=\(number)"
        }
    }

    /// A number that no other page of the site has.
    var key: UInt64 {
        switch self {
        case .profile(let user): UInt64(truncatingIfNeeded: user) << 20
        // A list has under 2^13 pages, since a user has under 10^5 followers.
        case .fans(let user, let number): UInt64(truncatingIfNeeded: user) << 20 | UInt64(number & 0xF_FFFF)
        }
    }
}

extension Page: Comparable {
    /// By user; the profile first, then the list pages by number.
    package static func < (left: Page, right: Page) -> Bool {
        left.key < right.key
    }
}

extension SocialGraph {
    /// Whether the site has this page.
    package func contains(_ page: Page) -> Bool {
        switch page {
        case .profile(let user): self.contains(user)
        case .fans(let user, let number): self.contains(user) && number <= self.fansPages(of: user)
        }
    }
}
