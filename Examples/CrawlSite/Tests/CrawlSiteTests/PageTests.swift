import CrawlSite
import Testing

struct PageTests {
    @Test(arguments: [
        ("/user/7", "", Page.profile(user: 7)),
        ("/user/7", "page=2", .profile(user: 7)),
        ("/user/7/fans", "", .fans(user: 7, number: 1)),
        ("/user/7/fans", "page=1", .fans(user: 7, number: 1)),
        ("/user/7/fans", "page=12", .fans(user: 7, number: 12)),
        ("/user/7/fans", "x=1&page=12&page=3", .fans(user: 7, number: 12)),
        ("/user/7/fans", "p%61ge=2", .fans(user: 7, number: 2)),
        ("/user/9223372036854775807", "", .profile(user: .max)),
    ])
    func `has one value however its address is spelled`(path: String, query: String, page: Page) {
        #expect(Page(path: path, query: query) == page)
    }

    @Test(arguments: [
        ("", ""), ("/", ""), ("/user", ""), ("/user/", ""), ("/user/0", ""), ("/user/07", ""), ("/user/+7", ""),
        ("/user/-7", ""), ("/user/seven", ""), ("/user/٧", ""), ("/user/9223372036854775808", ""), ("//user/7", ""),
        ("user/7", ""), ("/user/7/", ""), ("/user/7/friends", ""), ("/user/7/fans/", ""), ("/user/7/fans/2", ""),
        ("/user/7/fans", "page="), ("/user/7/fans", "page=0"), ("/user/7/fans", "page=-1"), ("/user/7/fans", "page=x"),
    ])
    func `is nothing else`(path: String, query: String) {
        #expect(Page(path: path, query: query) == nil)
    }

    @Test(arguments: [Page.profile(user: 7), .fans(user: 7, number: 1), .fans(user: 100_000, number: 5_000)])
    func `is found at its own address`(page: Page) {
        let parts = page.path.split(separator: "?", maxSplits: 1)
        #expect(Page(path: String(parts[0]), query: parts.count == 2 ? String(parts[1]) : "") == page)
    }

    @Test func `pages are ordered by user and number`() {
        let pages: [Page] = [
            .profile(user: 2), .fans(user: 2, number: 1), .fans(user: 2, number: 2), .fans(user: 2, number: 10),
            .profile(user: 10), .fans(user: 10, number: 1),
        ]
        #expect(pages.reversed().sorted() == pages)
    }

    @Test func `a site has its users' pages and no others`() throws {
        let graph = try SocialGraph(seed: 1, users: 100)
        #expect(graph.contains(.profile(user: 100)))
        #expect(!graph.contains(.profile(user: 101)))
        #expect(!graph.contains(.profile(user: .max)))
        #expect(graph.contains(.fans(user: 1, number: graph.fansPages(of: 1))))
        #expect(!graph.contains(.fans(user: 1, number: graph.fansPages(of: 1) + 1)))
        #expect(!graph.contains(.fans(user: 101, number: 1)))
    }
}
