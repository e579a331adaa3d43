import CeleryProtocol
import Logging

extension Dispatcher {
    /// One line about how a task ended; values and arguments stay out of logs.
    func log(_ outcome: TaskOutcome, _ headers: TaskHeaders, runtime: Duration) {
        switch outcome {
        case .success:
            self.log(self.taskLogLevel, "task succeeded", headers, ["runtime": "\(runtime)"])
        case .failure(let exception, _):
            self.log(.error, "task failed", headers, ["error": "\(exception.logText)", "runtime": "\(runtime)"])
        case .retry(let delay, let cause):
            let error = cause?.logText ?? "asked for by the task"
            self.log(.notice, "task will be retried", headers, ["after": "\(delay)", "error": "\(error)"])
        case .rejected(let reason, let requeue):
            self.log(.warning, "task rejected", headers, ["reason": "\(reason)", "requeue": "\(requeue)"])
        case .ignored:
            self.log(self.taskLogLevel, "task ignored", headers, [:])
        case .replaced:
            self.log(self.taskLogLevel, "task replaced", headers, [:])
        case .cancelled:
            self.log(.notice, "task cancelled; it will run again", headers, [:])
        case .undeliverable:
            break
        }
    }

    private func log(
        _ level: Logger.Level,
        _ message: Logger.Message,
        _ headers: TaskHeaders,
        _ more: @autoclosure () -> Logger.Metadata
    ) {
        guard level >= self.logger.logLevel else { return }
        self.logger.log(level: level, message, metadata: headers.logMetadata.merging(more()) { $1 })
    }
}

extension ExceptionDocument {
    /// The exception for a log, without the text that Celery gives to this one: it consists of the task's arguments.
    fileprivate var logText: String {
        self.type == "MaxRetriesExceededError" ? self.type : self.pythonRepr
    }
}

extension TaskHeaders {
    var logMetadata: Logger.Metadata { ["task_id": "\(self.id)", "task_name": "\(self.task)"] }
}
