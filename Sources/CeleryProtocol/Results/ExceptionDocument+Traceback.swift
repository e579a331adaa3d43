extension ExceptionDocument {
    /// A traceback as Python prints one, without frames: Swift's errors know no place where they were thrown.
    ///
    /// Celery clients show it below the exception, and Flower has a row for it.
    ///
    /// - Parameters:
    ///   - place: What stands where Python names a file and a line: the task.
    ///   - cause: What this was raised from.
    package func traceback(in place: String, cause: ExceptionDocument? = nil) -> String {
        let text = "Traceback (most recent call last):\n  \(place)\n\(self.lastLine)\n"
        guard let cause else { return text }
        return "\(cause.lastLine)\n\nThe above exception was the direct cause of the following exception:\n\n\(text)"
    }

    /// The last line of a traceback: `celery.exceptions.Reject: …`, `ValueError: no such user`.
    private var lastLine: String {
        let prefix = self.module.map { $0 == "builtins" || $0.isEmpty ? "" : $0 + "." } ?? ""
        let text =
            switch self.message.count {
            case 0: ""
            case 1: ": \(self.message[0].stringValue ?? PythonRepr.value(self.message[0]))"
            default: ": \(PythonRepr.tuple(self.message))"
            }
        return prefix + self.type + text
    }
}
