import CeleryProtocol

/// Where a command speaks: data on standard output, everything else on standard error.
package struct Console: Sendable {
    /// For data.
    package let output: OutputStream
    /// For notes, progress and errors.
    package let errors: OutputStream
    /// The colours of standard output.
    package let palette: Palette
    /// The colours of standard error.
    package let errorPalette: Palette
    /// Whether notes and hints are left out (`-q`).
    package let isQuiet: Bool
    /// Whether next steps are suggested; never in pipes, and not with `TASKCTL_HINTS=0`.
    private let givesHints: Bool

    /// Creates a console.
    package init(
        output: OutputStream,
        errors: OutputStream,
        isQuiet: Bool = false,
        refusesColor: Bool = false,
        environment: [String: String] = [:]
    ) {
        self.output = output
        self.errors = errors
        self.isQuiet = isQuiet
        self.palette = Palette(isTerminal: output.isTerminal, isRefused: refusesColor, environment: environment)
        self.errorPalette = Palette(isTerminal: errors.isTerminal, isRefused: refusesColor, environment: environment)
        self.givesHints = errors.isTerminal && !isQuiet && environment["TASKCTL_HINTS"] != "0"
    }
}

// MARK: Data

extension Console {
    /// Writes one line of data.
    package func print(_ line: String) throws {
        try self.output.write(line + "\n")
    }

    /// Writes a line of a list of properties.
    package func print(label: String, _ value: String) throws {
        let padding = String(repeating: " ", count: max(0, 10 - label.count))
        try self.print(self.palette.paint(label, .dim) + padding + TerminalText.escape(value))
    }

    /// Writes a table.
    package func print(_ table: Table) throws {
        try self.output.write(table.render(self.palette, isTerminal: self.output.isTerminal))
    }

    /// Writes one JSON document on a line of its own: as it is for one document, one a line for streams.
    package func print(_ document: JSONDocument) throws {
        try self.print(document.text)
    }
}

// MARK: Everything else

extension Console {
    /// Tells what is going on, unless `-q` was given.
    package func note(_ line: String) {
        if !self.isQuiet { self.say(line) }
    }

    /// Suggests a next step to a person.
    package func hint(_ line: String) {
        if self.givesHints { self.say(self.errorPalette.paint(line, .dim)) }
    }

    /// Tells of something that may be wrong.
    package func warn(_ line: String) {
        self.say(self.errorPalette.paint("warning:", .yellow) + " " + line)
    }

    /// Tells why the command failed.
    package func report(_ error: CommandError) {
        guard !error.message.isEmpty else { return }
        self.say(self.errorPalette.paint("error:", .red) + " " + TerminalText.escapeLines(error.description))
    }

    /// Asks a question, leaving the cursor behind it.
    func ask(_ question: String) {
        try? self.errors.write(question)
        try? self.errors.flush()
    }

    /// Writes a line to standard error.
    ///
    /// That nobody reads it is no reason to fail.
    package func say(_ line: String) {
        try? self.errors.write(line + "\n")
        try? self.errors.flush()
    }
}
