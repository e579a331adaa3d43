package import CeleryProtocol

/// Where results are kept.
///
/// A result that is stored as `SUCCESS` is never overwritten, as in Celery.
package protocol ResultBackend: Sendable {
    /// The stored result of each task, in order; `nil` where there is none.
    func results(of taskIDs: [String]) async throws(TaskBrokerError) -> [ResultDocument?]

    /// Stores results outside of a settlement: `STARTED`, `PROGRESS` and custom states.
    func store(_ writes: [ResultWrite]) async throws(TaskBrokerError)

    /// Deletes the results of tasks.
    func forget(_ taskIDs: [String]) async throws(TaskBrokerError)

    /// Stores the members of groups under their ids, and the sizes of chords, before their messages are sent.
    func prepare(
        groups: [SavedGroup],
        chords: [ChordStart],
        expires: Duration?
    ) async throws(TaskBrokerError)

    /// The stored members of a group, or `nil`.
    func group(_ groupID: String) async throws(TaskBrokerError) -> ResultNode?

    /// Deletes the stored members of a group.
    func forgetGroup(_ groupID: String) async throws(TaskBrokerError)

    /// What is stored about a chord.
    func chord(_ groupID: String) async throws(TaskBrokerError) -> ChordRecord

    /// Makes a chord wait for one more part.
    func extendChord(_ groupID: String, expires: Duration?) async throws(TaskBrokerError)

    /// Calls `body` with the results of tasks as they are announced, from before `body` begins until it returns.
    ///
    /// Announcements can be missed while a connection is replaced; whoever must not miss one reads again now and then.
    func withUpdates<Value: Sendable>(
        of taskIDs: [String],
        _ body: (ResultUpdates) async throws -> Value
    ) async throws -> Value
}

/// The announced results of some tasks, newest last; ends when the scope does.
package struct ResultUpdates: AsyncSequence, Sendable {
    package typealias Element = ResultUpdate

    private let stream: AsyncStream<ResultUpdate>

    package init(_ stream: AsyncStream<ResultUpdate>) {
        self.stream = stream
    }

    package func makeAsyncIterator() -> AsyncStream<ResultUpdate>.Iterator {
        self.stream.makeAsyncIterator()
    }
}

/// A result that was announced.
package struct ResultUpdate: Sendable, Hashable {
    /// The task, by the channel that it was announced on.
    package let taskID: String
    /// The result.
    package let document: ResultDocument

    package init(taskID: String, document: ResultDocument) {
        self.taskID = taskID
        self.document = document
    }
}
