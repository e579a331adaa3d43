/// What one member of a chord's header reports when it has ended (celery-wire §5.6).
package struct ChordPart: Hashable, Sendable {
    package var groupID: String
    package var taskID: String
    /// The position in the header; `nil` sorts last.
    package var groupIndex: Int?
    /// `SUCCESS`, `FAILURE` or `REVOKED`.
    package var state: String
    /// The return value, or the exception's JSON form.
    package var result: JSONValue
    /// The body of the chord, to be applied if this part is the last one.
    package var body: JSONValue?

    package init(
        groupID: String,
        taskID: String,
        groupIndex: Int?,
        state: String,
        result: JSONValue,
        body: JSONValue? = nil
    ) {
        self.groupID = groupID
        self.taskID = taskID
        self.groupIndex = groupIndex
        self.state = state
        self.result = result
        self.body = body
    }
}

extension ChordPart {
    /// The member of `celery-taskset-meta-<group id>.j`: `[1, task id, state, result]` as JSON.
    package var memberText: String {
        JSONValue.array([1, .string(self.taskID), .string(self.state), self.result]).description
    }

    /// The score of that member, in the notation of Python, which is part of ``countedText``: `0` or `+inf`.
    package var scoreText: String {
        self.groupIndex.map { String($0) } ?? "+inf"
    }

    /// The member of `celery-taskset-meta-<group id>.d`, by which a part that comes twice is known: `task id:score`.
    package var countedText: String {
        self.taskID + ":" + self.scoreText
    }
}
