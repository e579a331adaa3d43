/// What is wrong with a task file, and where.
package struct TaskFileError: Error, Hashable {
    /// One mistake.
    package struct Mistake: Hashable, Sendable, CustomStringConvertible {
        /// The line, from 1; `nil` for the file as a whole.
        package var line: Int?
        /// The column, from 1.
        package var column: Int?
        /// The field, such as `tasks.images.resize.command[2]`.
        package var field: String
        /// What is wrong.
        package var message: String
        /// How to mend it.
        package var advice: String?

        package init(line: Int? = nil, column: Int? = nil, field: String = "", _ message: String, advice: String? = nil)
        {
            self.line = line
            self.column = column
            self.field = field
            self.message = message
            self.advice = advice
        }

        /// `4:5: tasks.images.resize.time_limit: not a duration. Write …`.
        package var description: String {
            let place = [self.line, self.column].compactMap { $0.map { "\($0):" } }.joined()
            let start = [place, self.field.isEmpty ? "" : "\(self.field):"].filter { !$0.isEmpty }
            return (start + [self.message + ".", self.advice].compactMap(\.self)).joined(separator: " ")
        }
    }

    /// The path of the file.
    package let path: String
    /// Everything that is wrong, in the order of the file.
    package let mistakes: [Mistake]
}

extension CommandError {
    /// The words for a person; a line for each mistake, as compilers write them.
    init(_ error: TaskFileError) {
        let lines = error.mistakes.map { "\(error.path):\($0)" }
        self.init(
            .configuration,
            lines.joined(separator: "\n"),
            advice: "Nothing was started. 'worker --tasks FILE --check' checks a file without starting a worker."
        )
    }
}
