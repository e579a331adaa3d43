import CeleryProtocol

/// What a task tells about its progress: one element for each change, the last one when it has ended.
///
/// Changes that follow each other quickly may be left out; the last one never is.
public struct ProgressSequence: AsyncSequence, Sendable {
    /// What is stored at one moment.
    public typealias Element = TaskInfo

    let node: ResultNode
    let backend: (any ResultBackend)?

    /// Creates an iterator.
    public func makeAsyncIterator() -> Iterator {
        Iterator(node: self.node, waiting: ResultWaiting(backend: self.backend))
    }
}

extension ProgressSequence {
    /// Waits for one change after the other.
    public struct Iterator: AsyncIteratorProtocol {
        private let node: ResultNode
        private let waiting: ResultWaiting
        private var last: TaskInfo?

        init(node: ResultNode, waiting: ResultWaiting) {
            self.node = node
            self.waiting = waiting
        }

        /// The next change; `nil` after the task has ended.
        public mutating func next() async throws -> TaskInfo? {
            if let last, last.state.isReady { return nil }
            while true {
                if let info = try await self.change(within: .seconds(60)) {
                    self.last = info
                    return info
                }
            }
        }

        private func change(within timeout: Duration) async throws -> TaskInfo? {
            guard self.node.children == nil else {
                let tally = ResultTally(self.node, followsParents: false)
                return try await self.waiting.outcome(of: tally, timeout: timeout)
            }
            let previous = self.last
            return try await self.waiting.first(of: self.node.id, timeout: timeout) { $0 != previous }
        }
    }
}
