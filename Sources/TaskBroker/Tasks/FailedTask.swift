public import CeleryProtocol

/// A task that has failed, as an error handler sees it.
///
/// Celery calls such a handler with the request, the exception and the traceback if the failing worker knows it, and sends it
/// the id of the failed task otherwise (celery-wire §7.6). Both arrive as this value.
public struct FailedTask: Sendable, Hashable {
    /// The id of the task.
    public let id: String
    /// The name of the task; `nil` if only its id was sent and no extended result is stored.
    public let name: String?
    /// What it ended with.
    public let exception: ExceptionDocument
    /// The traceback as text, if there is one.
    public let traceback: String?
    /// What the handler was linked with besides: `link_error=report.s(channel="ops")` in Python.
    public internal(set) var arguments = TaskArguments()

    package init(id: String, name: String?, exception: ExceptionDocument, traceback: String?) {
        self.id = id
        self.name = name
        self.exception = exception
        self.traceback = traceback
    }

    init(_ headers: TaskHeaders, _ exception: ExceptionDocument, _ traceback: String?) {
        self.init(id: headers.id, name: headers.task, exception: exception, traceback: traceback)
    }
}
