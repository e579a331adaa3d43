import CeleryProtocol
import TaskBroker

extension InMemoryState {
    /// What is stored about a task and has not expired.
    func result(of taskID: String) -> ResultDocument? {
        guard let stored = self.results[taskID] else { return nil }
        if let deadline = stored.deadline, deadline <= self.clock.now { return nil }
        return stored.document
    }

    /// Stores and announces results; a `SUCCESS` stays, as in Celery.
    mutating func store(_ writes: [ResultWrite]) {
        for write in writes where self.result(of: write.taskID)?.status != TaskState.success.rawValue {
            // Read from its bytes, so that a value that does not survive its encoding shows in a test.
            guard let document = try? ResultDocument(decoding: write.payload) else { continue }
            self.results[write.taskID] = StoredResult(
                document: document,
                deadline: write.expires.map(self.clock.now.adding)
            )
            let update = ResultUpdate(taskID: write.taskID, document: document)
            for (number, taskIDs) in self.subscriptions where taskIDs.contains(write.taskID) {
                self.effects.append(.announce(update, subscription: number))
            }
        }
    }
}
