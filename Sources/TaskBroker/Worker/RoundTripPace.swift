/// How many round trips go side by side, decided by how long they take.
///
/// On a short way two are enough: while one is under way, what the other tasks leave behind comes together and travels as one,
/// which is what makes a worker fast. They are of about the same size, so that Redis has the one to do while the worker reads and
/// writes the other: large ones and small ones by turns left Redis idle for a third of the time, at 256 slots.
///
/// On a long way the same rule has every outcome wait for somebody else's round trip first: 16 slots and a way of 100 ms and back
/// got through 80 tasks a second where 160 are possible (fault scenario T12).
struct RoundTripPace: Sendable {
    /// From here on a way is long: far beyond what a round trip on one machine, or in one hall, takes.
    private static let longWay = Duration.milliseconds(5)
    /// A second round trip on a short way starts when a quarter of what the worker holds has come together, within these bounds.
    private static let batch = 16...WorkerState.maximumBatch
    /// No more than this go side by side, however long the way is: when it is a busy Redis that makes it long, many small round trips
    /// would make it longer.
    private static let maximum = 8

    /// A moving average, in which each round trip has the weight of an eighth.
    private var average = Duration.zero
}

extension RoundTripPace {
    /// Takes note of a round trip that has come back.
    mutating func note(_ duration: Duration) {
        self.average += (duration - self.average) / 8
    }

    /// How much has to have come together for one more round trip beside `underWay` others; `nil` if none may start.
    ///
    /// - Parameter capacity: How many messages the worker holds at most.
    func threshold(underWay: Int, capacity: Int) -> Int? {
        if underWay == 0 { return 1 }
        if self.average < Self.longWay {
            return underWay < 2 ? min(max(Self.batch.lowerBound, capacity / 4), Self.batch.upperBound) : nil
        }
        return underWay < Self.maximum ? 1 : nil
    }
}
