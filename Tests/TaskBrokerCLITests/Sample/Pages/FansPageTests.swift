import Testing

@testable import taskctl

struct FansPageTests {
    @Test func `reads the page of the site's documentation`() throws {
        let page = try FansPage(html: documentedFans)
        #expect(page.user == 5)
        #expect(page.number == 1)
        #expect(page.fans == [362, 363])
        #expect(page.next == 2)
    }

    @Test func `a last page has no next one`() throws {
        let link = "<a class=\"next\" href=\"/user/5/fans?page=2\">Next</a>"
        #expect(try FansPage(html: documentedFans.replacing(link, with: "")).next == nil)
    }

    @Test func `a list may be empty`() throws {
        let page = try FansPage(html: "<main class=\"fans\" data-user=\"1\" data-page=\"1\"><ul></ul></main>")
        #expect(page.fans.isEmpty)
        #expect(page.next == nil)
    }

    @Test func `refuses a page that is cut off anywhere`() throws {
        let end = try #require(documentedFans.firstRange(of: "</main>")).upperBound
        for index in documentedFans.indices where index < end {
            #expect(throws: PageError.self) { try FansPage(html: String(documentedFans[..<index])) }
        }
    }

    @Test(arguments: [
        ("href=\"/user/363\"", "", PageError.Code.missing),
        ("href=\"/user/363\"", "href=\"\"", .invalid),
        ("href=\"/user/363\"", "href=\"/user/\"", .invalid),
        ("href=\"/user/363\"", "href=\"/user/x\"", .invalid),
        ("href=\"/user/363\"", "href=\"/user/363/\"", .invalid),
        ("href=\"/user/363\"", "href=\"https://example.org/user/363\"", .invalid),
        ("href=\"/user/363\"", "href=\"/user/99999999999999999999\"", .invalid),
        ("href=\"/user/5/fans?page=2\"", "href=\"/user/6/fans?page=2\"", .invalid),
        ("href=\"/user/5/fans?page=2\"", "href=\"/user/5/fans?page=1\"", .invalid),
        ("href=\"/user/5/fans?page=2\"", "href=\"/user/5/fans?page=0\"", .invalid),
        ("href=\"/user/5/fans?page=2\"", "href=\"/user/5/fans\"", .invalid),
        ("href=\"/user/5/fans?page=2\"", "", .missing),
        ("data-page=\"1\"", "", .missing),
        ("data-page=\"1\"", "data-page=\"one\"", .invalid),
        ("data-user=\"5\"", "data-user=\"five\"", .invalid),
        ("class=\"fans\"", "class=\"profile\"", .missing),
        ("</main>", "", .incomplete),
    ])
    func `refuses a page whose fields are not what they must be`(part: String, other: String, code: PageError.Code) {
        let error = #expect(throws: PageError.self) {
            try FansPage(html: documentedFans.replacing(part, with: other))
        }
        #expect(error?.code == code)
    }
}

/// From `Examples/CrawlSite/README.md`.
private let documentedFans = """
    <main class="fans" data-user="5" data-page="1">
    <h1>Followers of Quentin Andersson</h1>
    <ul>
    <li><a class="user" href="/user/362">Gülşen Müller</a></li>
    <li><a class="user" href="/user/363">Björn D&#39;Angelo</a></li>
    </ul>
    <a class="next" href="/user/5/fans?page=2">Next</a>
    </main>

    """
