import CeleryProtocol
import Logging

extension Supervisor {
    /// Does what the worker's owner or remote control wants.
    func handle(
        _ command: Worker.Command,
        _ state: inout WorkerState,
        _ children: inout Children
    ) -> [WorkerState.Action] {
        switch command {
        case .drain:
            self.addDrainTimeout(to: &children)
            return state.note(.drain)
        case .stop:
            return state.note(.stop)
        case .report(let answer):
            answer.yield(state.report)
            answer.finish()
            return []
        case .changeConcurrency(let count, let answer):
            answer.yield(state.changeConcurrency(by: count))
            answer.finish()
            return state.note(.lookAgain)
        case .lookAgain:
            return state.note(.lookAgain)
        }
    }
}

extension Worker {
    /// Asks the loop something; `nil` if it has ended.
    func ask<Value: Sendable>(_ command: (AsyncStream<Value>.Continuation) -> Command) async -> Value? {
        let (answers, answer) = AsyncStream<Value>.makeStream()
        self.send(command(answer))
        for await value in answers { return value }
        return nil
    }
}
