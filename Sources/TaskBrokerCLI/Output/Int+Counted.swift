extension Int {
    /// The number with what is counted: `1 worker`, `2 workers`.
    func counted(_ noun: String) -> String { "\(self) \(noun)\(self == 1 ? "" : "s")" }
}
