/// The way to revoke tasks, for handles of results, which know no app.
package struct TaskRevoker: Sendable {
    /// Revokes the tasks with these ids; the second argument says whether to stop those that run.
    package let revoke: @Sendable ([String], Bool) async throws -> Void

    package init(_ revoke: @escaping @Sendable ([String], Bool) async throws -> Void) {
        self.revoke = revoke
    }
}
