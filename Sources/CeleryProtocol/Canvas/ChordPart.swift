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
    /// The body of the chord, undecoded: only whoever reports the last part needs it.
    package var body: JSONValue

    package init(
        groupID: String,
        taskID: String,
        groupIndex: Int?,
        state: String,
        result: JSONValue,
        body: JSONValue = .null
    ) {
        self.groupID = groupID
        self.taskID = taskID
        self.groupIndex = groupIndex
        self.state = state
        self.result = result
        self.body = body
    }
}
