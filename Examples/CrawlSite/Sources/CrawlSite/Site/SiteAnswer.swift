/// An answer as the site decides it, before its body is written.
///
/// Deciding changes the site's record and happens one request at a time; writing a page takes longer and does not.
package struct SiteAnswer: Sendable {
    /// The status code.
    package var status: Int

    /// The headers, without those that follow from the body.
    package var headers: [Header]

    /// What the body will show.
    package var content: Content

    /// Creates an answer.
    init(_ status: Int, headers: [Header] = [], content: Content) {
        self.status = status
        self.headers = headers
        self.content = content
    }
}

extension SiteAnswer {
    /// One header line.
    package struct Header: Sendable, Hashable {
        package let name: String
        package let value: String

        init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// What a body shows.
    package enum Content: Sendable {
        case nothing
        case page(Page, isBroken: Bool)
        case home
        case loginForm
        case notice(String)
        case statistics(SiteStatistics)
        case pageCounts([Page: Int])
    }
}

extension SiteAnswer {
    /// The value of a header, nil when there is none.
    package subscript(header name: String) -> String? {
        self.headers.first { $0.name == name }?.value
    }

    /// The body and its type, nil when there is none.
    package func body(renderedBy renderer: PageRenderer) -> (type: String, text: String)? {
        switch self.content {
        case .nothing: nil
        case .page(let page, let isBroken): (Self.html, renderer.html(of: page, isBroken: isBroken))
        case .home: (Self.html, renderer.home())
        case .loginForm: (Self.html, renderer.loginForm())
        case .notice(let text): (Self.html, renderer.notice(text))
        case .statistics(let statistics): (Self.json, statistics.json)
        case .pageCounts(let counts): (Self.json, JSONText.object(counting: counts))
        }
    }

    private static let html = "text/html; charset=utf-8"
    private static let json = "application/json"
}
