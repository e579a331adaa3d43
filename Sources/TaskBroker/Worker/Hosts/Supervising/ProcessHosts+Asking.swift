package import CeleryProtocol
import Logging
import Synchronization

/// What only user code can do besides running tasks.
extension ProcessHosts {
    package func handle(_ failed: FailedTask, with signature: SignatureNode) async {
        if case .failed(let exception) = await self.ask(.handle(failed, signature)) {
            let handler = signature.taskName
            self.logger.error(
                "error handler failed",
                metadata: ["task_id": "\(failed.id)", "handler": "\(handler)", "error": "\(exception.pythonRepr)"]
            )
        }
    }

    package func messages(for calls: [CanvasCall]) async throws -> [Publication] {
        guard !calls.isEmpty else { return [] }
        guard self.state.withLock(\.makesMessages) else { return try await self.app.publications(for: calls) }
        switch await self.ask(.messages(calls)) {
        case .messages(let publications): return publications
        case .failed(let exception):
            try Task.checkCancellation()
            throw TaskFailure(exception: exception)
        case .handled: throw CanvasError("The task host has made no messages.")
        }
    }

    /// Asks one host after the other: the first one may die of something else.
    private func ask(_ question: HostQuestion) async -> HostAnswer {
        for _ in 1...CrashLedger.maximumCrashes {
            let id = self.nextRun()
            guard let place = await self.place(id) else { break }
            if let answer = await place.process.ask(question) {
                self.perform(self.state.withLock { $0.pool.ended(id, in: place.host) })
                return answer
            }
            self.perform(self.state.withLock { $0.pool.died(place.host) })
        }
        return .failed(.hostIsGone)
    }
}

extension ExceptionDocument {
    /// Why a question has no answer.
    fileprivate static let hostIsGone = ExceptionDocument(
        type: "WorkerLostError",
        message: ["The task host has ended."],
        module: "billiard.exceptions"
    )
}
