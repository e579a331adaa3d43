/// Writes the site's HTML.
///
/// What the elements mean to a crawler is a contract, described in the README; a change here is a change there.
package struct PageRenderer: Sendable {
    let graph: SocialGraph

    /// Creates the renderer of a site.
    package init(graph: SocialGraph) {
        self.graph = graph
    }
}

extension PageRenderer {
    /// A page that counts.
    ///
    /// - Parameter isBroken: Whether the markup is damaged so that the page's fields cannot be read.
    package func html(of page: Page, isBroken: Bool = false) -> String {
        let main =
            switch page {
            case .profile(let user): self.profile(of: user)
            case .fans(let user, let number): self.fans(of: user, page: number)
            }
        let title = HTML.escaped(self.graph.name(of: page.user))
        guard isBroken else { return Self.document(title: title, main: main) }
        return PageDamage(of: page, seed: self.graph.seed).document(title: title, main: main)
    }

    /// The entry page.
    package func home() -> String {
        let seeds = self.graph.seedUsers.map {
            "<li><a class=\"user\" href=\"\(Page.profile(user: $0).path)\">\(HTML.escaped(self.graph.name(of: $0)))</a></li>\n"
        }
        return Self.document(
            title: "crawl-site",
            main: """
                <main class="home">
                <h1>crawl-site</h1>
                <p>A made-up network of \(self.graph.users) people, to be crawled.</p>
                <p><a href="/login">Log in</a>, then start from one of these well-connected users:</p>
                <ul>
                \(seeds.joined())</ul>
                <p>For tests: <a href="/stats">/stats</a>, <a href="/stats/pages">/stats/pages</a>.</p>
                </main>

                """
        )
    }

    /// The form that a browser logs in with.
    package func loginForm() -> String {
        Self.document(
            title: "Log in",
            main: """
                <main class="login">
                <form method="post" action="/login">
                <label>User <input name="user" autocomplete="username"></label>
                <label>Password <input name="password" type="password" autocomplete="current-password"></label>
                <button>Log in</button>
                </form>
                </main>

                """
        )
    }

    /// A page that says why there is no page.
    package func notice(_ text: String) -> String {
        Self.document(
            title: HTML.escaped(text),
            main: "<main class=\"notice\">\n<h1>\(HTML.escaped(text))</h1>\n</main>\n"
        )
    }
}

extension PageRenderer {
    private func profile(of user: Int) -> String {
        let profile = self.graph.profile(of: user)
        return """
            <main class="profile" data-user="\(user)">
            <h1 class="name">\(HTML.escaped(profile.name))</h1>
            <p class="city">\(HTML.escaped(profile.city))</p>
            <p class="bio">\(HTML.escaped(profile.bio, spelling: Self.spelling(of: user)))</p>
            <dl>
            <dt>Joined</dt><dd class="joined">\(profile.joined)</dd>
            <dt>Followers</dt><dd class="followers">\(profile.followers)</dd>
            <dt>Posts</dt><dd class="posts">\(profile.posts)</dd>
            </dl>
            <a class="fans" href="\(Page.fans(user: user, number: 1).path)">Followers</a>
            </main>

            """
    }

    private func fans(of user: Int, page number: Int) -> String {
        var main = "<main class=\"fans\" data-user=\"\(user)\" data-page=\"\(number)\">\n"
        main += "<h1>Followers of \(HTML.escaped(self.graph.name(of: user)))</h1>\n<ul>\n"
        for fan in self.graph.followers(of: user, page: number) {
            let name = HTML.escaped(self.graph.name(of: fan))
            main += "<li><a class=\"user\" href=\"\(Page.profile(user: fan).path)\">\(name)</a></li>\n"
        }
        main += "</ul>\n"
        if number < self.graph.fansPages(of: user) {
            main += "<a class=\"next\" href=\"\(Page.fans(user: user, number: number + 1).path)\">Next</a>\n"
        }
        return main + "</main>\n"
    }

    /// Real sites are not of one mind how to write `é`, and a crawler must read all of it.
    private static func spelling(of user: Int) -> HTML.Spelling {
        switch user % 8 {
        case 5: .decimal
        case 6: .hexadecimal
        default: .plain
        }
    }
}

// MARK: Framing

extension PageRenderer {
    /// What stands before a page's `main` element.
    static func head(title: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en">
        <head><meta charset="utf-8"><title>\(title)</title></head>
        <body>

        """
    }

    /// A whole page; the title is escaped already.
    static func document(title: String, main: String) -> String {
        Self.head(title: title) + main + "</body>\n</html>\n"
    }
}
