/// How many parameters a task has, and what they are called where names are known.
struct Parameters: Hashable, Sendable {
    let count: Int
    /// Empty, or one name for each parameter.
    let names: [String]

    /// What to call a parameter in a message: `'y'`, or `#2`.
    func label(of index: Int) -> String {
        index < self.names.count ? "'\(self.names[index])'" : "#\(index + 1)"
    }

    /// `2 arguments (x, y)`.
    var summary: String {
        let names = self.names.isEmpty ? "" : " (\(self.names.joined(separator: ", ")))"
        return "\(self.count) argument\(self.count == 1 ? "" : "s")\(names)"
    }
}
