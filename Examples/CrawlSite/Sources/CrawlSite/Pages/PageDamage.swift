/// What is wrong with a broken page.
///
/// All kinds are answered with 200 and look like a page from afar, as the broken pages of real sites do. None of them has the
/// closing `</main>` that a whole page has, and none can be read to its last field.
package enum PageDamage: Sendable, CaseIterable {
    /// The answer ends in the middle.
    case cutOff

    /// The markup is mangled: attributes and closing tags are misspelled.
    case garbled

    /// An apology instead of the content.
    case apology
}

extension PageDamage {
    /// The damage of a page; always the same for one page of one site.
    package init(of page: Page, seed: UInt64) {
        var random = SplitMix64(seed: seed, stream: .damage, key: page.key)
        self = random.pick(from: .cutOff, [.garbled, .apology])
    }

    /// The page as it is sent.
    func document(title: String, main: String) -> String {
        switch self {
        case .cutOff:
            PageRenderer.head(title: title) + main.prefix(main.count / 2)
        case .garbled:
            PageRenderer.document(
                title: title,
                main: main.replacing("class=\"", with: "c1ass='").replacing("</", with: "<\\")
            )
        case .apology:
            PageRenderer.document(
                title: title,
                main: "<div class=\"oops\">Something went wrong. Please try again.</div>\n"
            )
        }
    }
}
