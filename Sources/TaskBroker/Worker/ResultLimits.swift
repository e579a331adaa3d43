import CeleryProtocol

/// Caps on what the end of a task may store (`reliability.md` X15).
struct ResultLimits: Hashable, Sendable {
    /// The most bytes of a value, and of the description of an error, as JSON.
    var maximumBytes = 1 << 20
    /// The most characters of a traceback, and of each text of an error that is too large.
    var maximumText = 64 << 10
}

extension ResultLimits {
    /// The outcome that is stored for an outcome.
    ///
    /// A value that is too large makes a failure of the task that says so: it has run to its end, and would return the same again. An
    /// error that is too large loses the ends of its texts.
    func limited(_ outcome: TaskOutcome, of task: String) -> TaskOutcome {
        switch outcome {
        case .success(let value):
            guard let count = value.byteCount(above: self.maximumBytes) else { return outcome }
            let reason =
                "\(task) returned \(count) bytes of JSON, more than the \(self.maximumBytes) that a result may have: "
                + "store the value somewhere, and return where it is"
            let exception = ExceptionDocument(
                type: "EncodeError",
                message: [.string(reason)],
                module: "kombu.exceptions"
            )
            return .failure(exception, traceback: exception.traceback(in: "Task \(task)"))
        case .failure(let exception, let traceback):
            return .failure(self.limited(exception), traceback: traceback?.cut(to: self.maximumText))
        case .retry(let delay, let cause):
            return .retry(after: delay, cause: cause.map(self.limited))
        default:
            return outcome
        }
    }

    private func limited(_ exception: ExceptionDocument) -> ExceptionDocument {
        guard exception.json.byteCount(above: self.maximumBytes) != nil else { return exception }
        let text = exception.message.count == 1 ? exception.message[0].stringValue : nil
        var exception = exception
        exception.message = [.string((text ?? exception.pythonRepr).cut(to: self.maximumText))]
        return exception
    }
}
