import Testing

@testable import taskctl

struct ProfilePageTests {
    @Test func `reads the page of the site's documentation`() throws {
        #expect(
            try ProfilePage(html: documentedProfile).profile
                == Profile(
                    id: 5,
                    name: "Quentin Andersson",
                    city: "Xi'an",
                    bio: "Пишу код и стихи. Coffee ☕ first.",
                    joined: "2023-03-20",
                    followers: 27,
                    posts: 2_387
                )
        )
    }

    @Test func `does not depend on how the markup is laid out`() throws {
        let html = """
            <!doctype html><!-- <main class="profile"> --><BODY><nav class="profile">x</nav>
            <MAIN DATA-USER='5' id=top CLASS="wide profile">
              <h2 class='name' >
                 A &lt;B&gt;
              </h2><div><b class="city bold">C<i>D</i></b></div><p class=bio></p>
              <dd class="posts">2</dd><dd class="followers">0<dd class="joined">2020-01-01
              <dd class="posts">3</dd>
            </main >
            """
        let expected = Profile(
            id: 5,
            name: "A <B>",
            city: "CD",
            bio: "",
            joined: "2020-01-01",
            followers: 0,
            posts: 2
        )
        #expect(try ProfilePage(html: html).profile == expected)
    }

    /// Cut after any of its characters, the page is refused, up to the one that completes it.
    @Test func `refuses a page that is cut off anywhere`() throws {
        let end = try #require(documentedProfile.firstRange(of: "</main>")).upperBound
        for index in documentedProfile.indices where index < end {
            let error = #expect(throws: PageError.self) {
                try ProfilePage(html: String(documentedProfile[..<index]))
            }
            #expect([.incomplete, .missing].contains(error?.code))
        }
    }

    @Test(arguments: ["name", "city", "bio", "joined", "followers", "posts"])
    func `refuses a page without a field`(field: String) {
        let html = documentedProfile.replacing("class=\"\(field)\"", with: "class=\"x\"")
        #expect(throws: PageError(code: .missing, message: "the page has no element of class '\(field)'")) {
            try ProfilePage(html: html)
        }
    }

    @Test(arguments: [
        ("data-user=\"5\"", "", PageError.Code.missing),
        ("data-user=\"5\"", "data-user=\"\"", .invalid),
        ("data-user=\"5\"", "data-user=\"-5\"", .invalid),
        ("data-user=\"5\"", "data-user=\"99999999999999999999\"", .invalid),
        ("<dd class=\"posts\">2387", "<dd class=\"posts\">many", .invalid),
        ("<dd class=\"posts\">2387", "<dd class=\"posts\">+2387", .invalid),
        ("<dd class=\"posts\">2387", "<dd class=\"posts\">2,387", .invalid),
        ("<dd class=\"posts\">2387", "<dd class=\"posts\">٣", .invalid),
        ("<dd class=\"posts\">2387", "<dd class=\"posts\">", .invalid),
        ("<main class=\"profile\"", "<main class=\"profiles\"", .missing),
        ("<main class=\"profile\"", "<div class=\"profile\"", .missing),
    ])
    func `refuses a page whose fields are not what they must be`(part: String, other: String, code: PageError.Code) {
        let error = #expect(throws: PageError.self) {
            try ProfilePage(html: documentedProfile.replacing(part, with: other))
        }
        #expect(error?.code == code)
    }

    @Test(arguments: [
        "", " ", "Something went wrong.", "<", "<main", "<main class=\"profile", "<main class=profile>",
        "<!-- <main class=\"profile\"></main>", "</main>", "{\"error\": 500}", "<main class='fans'></main>",
    ])
    func `refuses what is no such page`(html: String) {
        #expect(throws: PageError.self) { try ProfilePage(html: html) }
    }

    @Test func `refuses a page of more than a mebibyte`() {
        let padding = String(repeating: " ", count: (1 << 20) - documentedProfile.utf8.count)
        #expect(throws: Never.self) { try ProfilePage(html: documentedProfile + padding) }
        let error = #expect(throws: PageError.self) { try ProfilePage(html: documentedProfile + padding + " ") }
        #expect(error?.code == .tooLarge)
    }
}

/// From `Examples/CrawlSite/README.md`.
private let documentedProfile = """
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
