/// Puts the results of a chord's header together for its body (celery-wire §5.6).
package enum ChordJoin {
    /// The limits of one stored part; a return value may be as large as the body of a message.
    private static let limits = JSONLimits(maximumBytes: 64 << 20)

    /// The return values in the members of `celery-taskset-meta-<group id>.j`, in the order of their scores.
    ///
    /// - Throws: The first failure or revocation in that order, or a join error for a member that is no part.
    package static func values(ofParts members: [String]) throws(ChordError) -> [JSONValue] {
        var values: [JSONValue] = []
        values.reserveCapacity(members.count)
        for member in members {
            guard let part = try? JSONValue(parsing: Array(member.utf8), limits: self.limits),
                let fields = part.arrayValue, fields.count == 4,
                let taskID = fields[1].stringValue, let state = fields[2].stringValue
            else {
                throw .join(
                    ExceptionDocument(type: "ValueError", message: ["A part is malformed"], module: "builtins")
                )
            }
            if Self.isFailure(state) {
                throw .dependency(taskID, raised: ExceptionDocument(fields[3]))
            }
            values.append(fields[3])
        }
        return values
    }

    /// The return values of the members of a saved group, as deeply nested as the group is.
    ///
    /// - Parameter results: The stored results of all tasks in the group: ``ResultNode/taskIDs``.
    /// - Throws: The first failure or revocation in order; a join error also if a result is missing or not final.
    package static func values(
        of group: ResultNode,
        results: [String: ResultDocument]
    ) throws(ChordError) -> [JSONValue] {
        var values: [JSONValue] = []
        for member in group.children ?? [] {
            if member.children != nil {
                values.append(.array(try self.values(of: member, results: results)))
                continue
            }
            guard let result = results[member.id], result.status == "SUCCESS" || self.isFailure(result.status) else {
                throw .join(
                    ExceptionDocument(
                        type: "TimeoutError",
                        message: ["The operation timed out."],
                        module: "celery.exceptions"
                    )
                )
            }
            guard !self.isFailure(result.status) else { throw .result(ExceptionDocument(result.result)) }
            values.append(result.result)
        }
        return values
    }

    private static func isFailure(_ state: String) -> Bool {
        state == "FAILURE" || state == "REVOKED"
    }
}
