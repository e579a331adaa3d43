/// What names of queues, exchanges, tasks and workers may look like (`reliability.md` X16).
///
/// They become parts of Redis keys and of lines in terminals and logs, so their length is bounded and control
/// characters are refused; that includes U+0006 U+0016, with which kombu separates parts of keys. Everything else is
/// allowed, as in Celery.
package enum NameRules {
    /// The size of the longest name, in bytes of UTF-8.
    package static let maximumBytes = 255

    /// Checks a name and says what is wrong with it.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - kind: What it is the name of, for the message: `queue name`.
    /// - Throws: ``MessageError/Code/invalidName``.
    package static func validate(_ name: String, as kind: String) throws(MessageError) {
        let size = name.utf8.count
        guard size > 0 else {
            throw MessageError(.invalidName, "The \(kind) is empty.")
        }
        guard size <= self.maximumBytes else {
            throw MessageError(.invalidName, "The \(kind) has \(size) bytes, more than \(self.maximumBytes).")
        }
        // Nearly all names are plain ASCII, for which there is no need to decode characters.
        guard !name.utf8.span.isPrintableASCII else { return }
        guard !name.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else {
            throw MessageError(.invalidName, "The \(kind) contains a control character.")
        }
    }

    /// Checks the name of a queue.
    package static func validate(queue name: String) throws(MessageError) {
        try self.validate(name, as: "queue name")
    }

    /// Checks the name of a task.
    package static func validate(task name: String) throws(MessageError) {
        try self.validate(name, as: "task name")
    }

    /// Checks the id of a task or group.
    package static func validate(id: String) throws(MessageError) {
        try self.validate(id, as: "task id")
    }

    /// Checks the node name of a worker.
    package static func validate(worker name: String) throws(MessageError) {
        try self.validate(name, as: "worker name")
    }
}
