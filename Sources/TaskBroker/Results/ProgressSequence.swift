/// What a task tells about its progress: one element for each change, the last one when it has ended.
///
/// Changes that follow each other quickly may be left out; the last one never is.
public struct ProgressSequence: AsyncSequence, Sendable {
    /// What is stored at one moment.
    public typealias Element = TaskInfo

    let id: String
    let backend: any ResultBackend

    /// Creates an iterator.
    public func makeAsyncIterator() -> Iterator {
        Iterator(waiting: ResultWaiting(id: self.id, backend: self.backend))
    }
}

extension ProgressSequence {
    /// Waits for one change after the other.
    public struct Iterator: AsyncIteratorProtocol {
        let waiting: ResultWaiting
        private var last: TaskInfo?

        init(waiting: ResultWaiting) {
            self.waiting = waiting
        }

        /// The next change; `nil` after the task has ended.
        public mutating func next() async throws -> TaskInfo? {
            if let last, last.state.isReady { return nil }
            let previous = self.last
            while true {
                if let info = try await self.waiting.first(timeout: .seconds(60), where: { $0 != previous }) {
                    self.last = info
                    return info
                }
            }
        }
    }
}
