/// The `main` element of a page, taken apart into the elements that have a class.
///
/// All fields of a page are leaves with a class, so a flat list is enough. An element's text ends with its own end tag, at
/// the next element that has a class, or with `main`.
struct MainElement: Sendable {
    private let attributes: [String: String]
    private let children: [Child]

    /// One element with a class.
    struct Child: Sendable {
        /// Its attributes, without markup.
        let attributes: [String: String]

        /// The text it holds, without markup and without white space at both ends.
        fileprivate(set) var text = ""
    }

    /// Finds the `main` element of a class.
    ///
    /// - Throws: ``PageError`` when there is none, or its end is missing: then nobody knows what else is.
    init(class name: String, html: String) throws(PageError) {
        guard html.utf8.count <= Self.maximumBytes else {
            throw PageError(code: .tooLarge, message: "the page has \(html.utf8.count) bytes")
        }
        var tokens = HTMLTokens(html)
        var main: [String: String]?
        while main == nil, let token = tokens.next() {
            if case .start("main", let attributes) = token, Self.hasClass(name, attributes) {
                main = attributes
            }
        }
        guard let main else {
            throw PageError(code: .missing, message: "the page has no <main class=\"\(name)\">")
        }
        self.attributes = main
        self.children = try Self.children(from: &tokens)
    }
}

extension MainElement {
    /// The largest page that is looked at; real ones have 2 kB.
    private static let maximumBytes = 1 << 20

    /// Whether an element has the class, which may be one of several.
    private static func hasClass(_ name: String, _ attributes: [String: String]) -> Bool {
        attributes["class"]?.split(whereSeparator: \.isWhitespace).contains { $0 == name } ?? false
    }

    private static func children(from tokens: inout HTMLTokens) throws(PageError) -> [Child] {
        var children: [Child] = []
        var open: (tag: String, child: Child)?
        func close() {
            guard let ended = open?.child else { return }
            children.append(Child(attributes: ended.attributes, text: ended.text.trimmed))
            open = nil
        }
        while let token = tokens.next() {
            switch token {
            case .start(let tag, let attributes) where attributes["class"] != nil:
                close()
                open = (tag, Child(attributes: attributes))
            case .end("main"):
                close()
                return children
            case .end(let tag) where tag == open?.tag:
                close()
            case .text(let text):
                open?.child.text += text
            case .start, .end:
                break
            }
        }
        throw PageError(code: .incomplete, message: "the page ends before </main>")
    }
}

// MARK: Reading fields

extension MainElement {
    /// The elements of a class, in order.
    func elements(of name: String) -> [Child] {
        self.children.filter { Self.hasClass(name, $0.attributes) }
    }

    /// The text of the first element of a class.
    func text(of name: String) throws(PageError) -> String {
        guard let element = self.elements(of: name).first else {
            throw PageError(code: .missing, message: "the page has no element of class '\(name)'")
        }
        return element.text
    }

    /// The number in the first element of a class.
    func number(of name: String) throws(PageError) -> Int {
        try Self.number(self.text(of: name), called: name)
    }

    /// The number in an attribute of the `main` element itself.
    func number(ofAttribute name: String) throws(PageError) -> Int {
        guard let text = self.attributes[name] else {
            throw PageError(code: .missing, message: "<main> has no attribute \(name)")
        }
        return try Self.number(text, called: name)
    }

    private static func number(_ text: String, called name: String) throws(PageError) -> Int {
        guard let number = DecimalNumber.value(of: text) else {
            throw PageError(code: .invalid, message: "\(name) is no number: '\(text.prefix(100))'")
        }
        return number
    }
}

extension String {
    fileprivate var trimmed: String {
        let start = self.drop(while: \.isWhitespace)
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(start[...last])
    }
}
