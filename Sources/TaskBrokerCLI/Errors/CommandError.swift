/// Why a command cannot do what it was asked to: what happened, why, and what to do next.
package struct CommandError: Error, Hashable {
    /// How the process ends.
    package let status: ExitStatus
    /// One or two sentences: what happened and why.
    package let message: String
    /// What to do next, if there is something to suggest.
    package let advice: String?

    /// Creates an error.
    package init(_ status: ExitStatus, _ message: String, advice: String? = nil) {
        self.status = status
        self.message = message
        self.advice = advice
    }
}

extension CommandError: CustomStringConvertible {
    /// The message, and the advice on a line of its own.
    package var description: String {
        [self.message, self.advice].compactMap { $0 }.joined(separator: "\n")
    }
}

/// Nobody reads what we write any more, as in `taskctl … | head`: no reason to complain.
package struct OutputClosed: Error, Hashable {}
