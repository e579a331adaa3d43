/// How text looks on a terminal that has colour.
package enum Style: String, Sendable {
    /// For headings.
    case bold = "1"
    /// For what matters less.
    case dim = "2"
    /// For what failed.
    case red = "31"
    /// For what succeeded.
    case green = "32"
    /// For warnings.
    case yellow = "33"
    /// For names.
    case cyan = "36"
}

/// Whether and how one stream shows colours.
package struct Palette: Sendable, Hashable {
    /// Whether escape sequences are written at all.
    package let isColored: Bool

    /// Creates a palette.
    package init(isColored: Bool) {
        self.isColored = isColored
    }

    /// Decides by the usual signs: `--no-color`, `NO_COLOR`, `CLICOLOR_FORCE`, `TERM=dumb`, and whether it is a terminal.
    ///
    /// See https://no-color.org and https://bixense.com/clicolors.
    package init(isTerminal: Bool, isRefused: Bool, environment: [String: String]) {
        let isSet = { (name: String) in environment[name].map { !$0.isEmpty } ?? false }
        if isRefused || isSet("NO_COLOR") {
            self.isColored = false
        } else if isSet("CLICOLOR_FORCE") && environment["CLICOLOR_FORCE"] != "0" {
            self.isColored = true
        } else {
            self.isColored = isTerminal && environment["TERM"] != "dumb"
        }
    }

    /// The text in a style.
    ///
    /// The text has to be escaped before.
    package func paint(_ text: String, _ style: Style?) -> String {
        guard self.isColored, let style else { return text }
        return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
    }
}
