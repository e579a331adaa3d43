import CrawlSite
import Testing

struct PageRendererTests {
    @Test(arguments: [
        ("plain", HTML.Spelling.plain, "plain"),
        ("<b>&amp;\"'", .plain, "&lt;b&gt;&amp;amp;&quot;&#39;"),
        ("é京🐈", .plain, "é京🐈"),
        ("aé京🐈", .decimal, "a&#233;&#20140;&#128008;"),
        ("aé京🐈<", .hexadecimal, "a&#xE9;&#x4EAC;&#x1F408;&lt;"),
    ])
    func `escapes text`(text: String, spelling: HTML.Spelling, html: String) {
        #expect(HTML.escaped(text, spelling: spelling) == html)
    }

    @Test func `a profile has the documented elements`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        let html = PageRenderer(graph: graph).html(of: .profile(user: 5))
        #expect(html == expectedProfile)
    }

    @Test func `a list page has the documented elements`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        let html = PageRenderer(graph: graph).html(of: .fans(user: 1, number: 2))
        #expect(html.contains("<main class=\"fans\" data-user=\"1\" data-page=\"2\">\n"))
        #expect(html.contains("<a class=\"next\" href=\"/user/1/fans?page=3\">Next</a>\n</main>\n"))
        for fan in graph.followers(of: 1, page: 2) {
            let name = HTML.escaped(graph.name(of: fan))
            #expect(html.contains("<li><a class=\"user\" href=\"/user/\(fan)\">\(name)</a></li>\n"))
        }
        #expect(html.split(separator: "<li>").count == 1 + 18)
    }

    @Test func `the last list page has no next one`() throws {
        let graph = try SocialGraph(seed: 1, users: 2_000)
        let html = PageRenderer(graph: graph).html(of: .fans(user: 1, number: 14))
        #expect(html.contains("data-page=\"14\""))
        #expect(!html.contains("class=\"next\""))
    }

    @Test(arguments: [Page.profile(user: 0), .fans(user: 0, number: 1)])
    func `broken pages differ, and have lost their end and their last field`(kind: Page) throws {
        let graph = try SocialGraph(seed: 1, users: 200)
        let renderer = PageRenderer(graph: graph)
        var seen: Set<PageDamage> = []
        for user in 1...200 {
            let page: Page =
                switch kind {
                case .profile: .profile(user: user)
                case .fans: .fans(user: user, number: 1)
                }
            let html = renderer.html(of: page, isBroken: true)
            #expect(!html.contains("</main>"))
            #expect(!html.contains("class=\"posts\""))
            #expect(!html.contains("class=\"next\""))
            #expect(html == renderer.html(of: page, isBroken: true))
            seen.insert(PageDamage(of: page, seed: 1))
        }
        #expect(seen == Set(PageDamage.allCases))
    }

    @Test func `the entry page leads to the seed users`() throws {
        let html = PageRenderer(graph: try SocialGraph(seed: 1, users: 2_000)).home()
        for user in 1...3 {
            #expect(html.contains("href=\"/user/\(user)\""))
        }
        #expect(html.contains("href=\"/login\""))
    }
}

/// The page of the README, to the byte.
private let expectedProfile = """
    <!DOCTYPE html>
    <html lang="en">
    <head><meta charset="utf-8"><title>Quentin Andersson</title></head>
    <body>
    <main class="profile" data-user="5">
    <h1 class="name">Quentin Andersson</h1>
    <p class="city">Xi&#39;an</p>
    <p class="bio">&#1055;&#1080;&#1096;&#1091; &#1082;&#1086;&#1076; &#1080; &#1089;&#1090;&#1080;&#1093;&#1080;. \
    Coffee &#9749; first.</p>
    <dl>
    <dt>Joined</dt><dd class="joined">2023-03-20</dd>
    <dt>Followers</dt><dd class="followers">27</dd>
    <dt>Posts</dt><dd class="posts">2387</dd>
    </dl>
    <a class="fans" href="/user/5/fans?page=1">Followers</a>
    </main>
    </body>
    </html>

    """
