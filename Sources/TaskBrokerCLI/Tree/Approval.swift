/// Asking before something is destroyed.
package enum Approval {
    /// How a question is answered.
    package enum Proof: Hashable, Sendable {
        /// With `y`.
        case yes
        /// By typing a name, for what cannot be undone and is large.
        case name(String)
    }

    /// Asks, unless `--yes` was given.
    ///
    /// - Throws: ``CommandError`` when the answer is no, or when nobody is there to answer.
    static func require(_ proof: Proof, to deed: String, _ session: AppSession) throws(CommandError) {
        if session.options.yes { return }
        guard session.context.input.isTerminal && session.console.errors.isTerminal else {
            throw CommandError(
                .usage,
                "This would \(deed), and nobody is there to be asked.",
                advice: "Add --yes to do it, or --dry-run to see what would be hit."
            )
        }
        let question = TerminalText.escape("This will \(deed).")
        switch proof {
        case .yes: session.console.ask("\(question) Go on? [y/N] ")
        case .name(let name): session.console.ask("\(question) Type the name '\(TerminalText.escape(name))' to go on: ")
        }
        let answer = Self.answer(from: session.context.input)
        if !Self.isAccepted(answer, for: proof) { throw CommandError(.notPermitted, "Nothing was changed.") }
    }

    /// Whether an answer is the one that was asked for.
    package static func isAccepted(_ answer: String, for proof: Proof) -> Bool {
        switch proof {
        case .yes: ["y", "yes"].contains(answer.lowercased())
        case .name(let name): answer == name
        }
    }

    private static func answer(from input: FileDescriptor) -> String {
        // A terminal in its usual mode hands over a line at a time.
        let bytes = (try? input.read(upTo: 4096)) ?? []
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return String(decoding: line, as: UTF8.self)
    }
}
