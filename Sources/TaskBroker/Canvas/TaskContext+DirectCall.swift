import CeleryProtocol

extension TaskContext {
    /// Runs another task of this app here and now, with the app's middleware, as a part of this one.
    ///
    /// It has this task's id, and what it sends are this task's children. It cannot be retried on its own: where it asks for
    /// that, it fails with the cause instead, as a task does in Celery that is called directly.
    ///
    /// - Throws: Celery's `NotRegistered` for a task that this app does not have.
    func directCall(of name: String) throws -> (TaskArguments) async throws -> JSONValue {
        guard let task = self.app.task(named: name) else {
            throw TaskFailure(type: "NotRegistered", message: name, module: "celery.exceptions")
        }
        var headers = self.request.headers
        headers.task = name
        let request = TaskRequest(headers: headers, delivery: self.request.delivery)
        let context = TaskContext(request: request, app: self.app, storesResults: false)
        return { arguments in
            let known = request.children.count
            defer { self.request.addChildren(Array(request.children.dropFirst(known))) }
            do {
                return try await TaskContext.$current.withValue(context) {
                    try await self.app.execute(task, arguments, context)
                }
            } catch let retry as TaskRetry {
                throw retry.cause
                    ?? TaskFailure(type: "Retry", message: "Task can be retried", module: "celery.exceptions")
            } catch {
                if let value = try task.fallback(error) { return value }
                throw error
            }
        }
    }
}
