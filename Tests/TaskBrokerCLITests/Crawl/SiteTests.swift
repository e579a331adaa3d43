import TaskBroker
import Testing

@testable import taskctl

struct SiteTests {
    @Test(arguments: ["http://127.0.0.1:8808", "http://127.0.0.1:8808/", "http://127.0.0.1:8808//"])
    func `names pages and their tasks`(base: String) throws {
        let site = try #require(Site(base))
        #expect(site.profile(of: 5).url == "http://127.0.0.1:8808/user/5")
        #expect(site.profile(of: 5).taskID == "user:127.0.0.1:8808:5")
        #expect(site.fans(of: 5, page: 2).url == "http://127.0.0.1:8808/user/5/fans?page=2")
        #expect(site.fans(of: 5, page: 2).taskID == "fans:127.0.0.1:8808:5:2")
    }

    @Test(arguments: [
        "", "http://", "ftp://host", "host", "http://user:pw@host", "http://host?x", "http://host#x", "http://ho st",
        "http://hö.st", "http://host\n", "http:///x", "http://" + String(repeating: "x", count: 200),
    ])
    func `refuses what is no site`(base: String) {
        #expect(Site(base) == nil)
    }

    @Test func `each page has a key of its own, and tasks that find it agree`() throws {
        let site = try #require(Site("http://h"))
        let calls = site.calls(for: 7)
        #expect(calls.map(\.name) == ["tasks.user", "tasks.fans"])
        #expect(calls.map(\.options.unique?.name) == ["page:http://h/user/7", "page:http://h/user/7/fans?page=1"])
        #expect(calls == site.calls(for: 7))
    }

    @Test(
        arguments: [
            ("session=4f; Path=/; Max-Age=300; HttpOnly", "session=4f", 300),
            ("session=4f", "session=4f", 300),
            ("session=4f;max-age=60", "session=4f", 60),
            ("session=4f; Max-Age=-5", "session=4f", 0),
            ("session=4f; Max-Age=1e99", "session=4f", 86_400),
        ] as [(String, String, Double)]
    )
    func `reads session cookies`(header: String, pair: String, lifetime: Double) throws {
        let cookie = try #require(SessionCookie(header))
        #expect(cookie.pair == pair)
        #expect(cookie.lifetime == lifetime)
    }

    @Test(arguments: ["", "other=1; session=2", "session=a b", "session=a\r\nX: y", "session=\u{7F}"])
    func `refuses other cookies, and those that would break a header`(header: String) {
        #expect(SessionCookie(header) == nil)
    }

    @Test func `a login runs before its slot begins`() {
        let now = Timestamp(microseconds: 1_800_000_030_000_000)
        #expect(Sessions.slot(at: now) == 15_000_000)
        #expect(Sessions.timeToNextLogin(at: now) == .seconds(80))
        let late = Timestamp(microseconds: 1_800_000_115_000_000)
        #expect(Sessions.timeToNextLogin(at: late) == .zero)
    }
}
