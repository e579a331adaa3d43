/// How many bytes the messages of one canvas may still repeat.
struct RepetitionBudget {
    private var remaining = CanvasLimits.maximumRepetition

    /// Counts what stands in several messages; once is no repetition.
    ///
    /// - Parameter weight: How many bytes it has, roughly.
    mutating func charge(_ weight: Int, times count: Int) throws(CanvasError) {
        guard count > 1 else { return }
        let (total, overflow) = weight.multipliedReportingOverflow(by: count)
        guard !overflow, total <= self.remaining else { throw .tooRepetitive }
        self.remaining -= total
    }
}
