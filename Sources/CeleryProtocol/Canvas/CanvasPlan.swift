/// Everything that applying a signature sends and stores, in the order in which it has to happen.
///
/// A pure value: the same plan is carried out by a producer with a pipeline, and by a worker in the step that ends its claim.
package struct CanvasPlan: Hashable, Sendable {
    /// The sizes of chords, written before any of their header's messages.
    package var chords: [ChordStart] = []
    /// The structures of chord headers some of whose members are groups (celery-wire §7.4).
    package var groups: [SavedGroup] = []
    /// The messages to send, in order.
    package var calls: [CanvasCall] = []
    /// What the caller waits for, one for each signature that was applied.
    package var results: [ResultNode] = []

    package init() {}
}

/// One message that a plan sends; routing, times and reprs are left to the app.
package struct CanvasCall: Hashable, Sendable {
    /// The name of the task.
    package var task: String
    package var args: [JSONValue]
    package var kwargs: [String: JSONValue]
    /// The delivery and execution options by their names on the wire, without `link`, `link_error`, `chain` and `chord`.
    package var options: [String: JSONValue]
    /// What follows the task.
    package var embed: TaskEmbed

    package init(
        task: String,
        args: [JSONValue] = [],
        kwargs: [String: JSONValue] = [:],
        options: [String: JSONValue] = [:],
        embed: TaskEmbed = TaskEmbed()
    ) {
        self.task = task
        self.args = args
        self.kwargs = kwargs
        self.options = options
        self.embed = embed
    }
}

/// How many parts a chord waits for: `celery-taskset-meta-<group id>.s`.
package struct ChordStart: Hashable, Sendable {
    package var groupID: String
    package var size: Int

    package init(groupID: String, size: Int) {
        self.groupID = groupID
        self.size = size
    }
}

/// The members of a group, to be found under its id: `celery-taskset-meta-<group id>`.
package struct SavedGroup: Hashable, Sendable {
    /// The group with its members.
    package var node: ResultNode

    package init(node: ResultNode) {
        self.node = node
    }
}

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

    package init(groupID: String, taskID: String, groupIndex: Int?, state: String, result: JSONValue) {
        self.groupID = groupID
        self.taskID = taskID
        self.groupIndex = groupIndex
        self.state = state
        self.result = result
    }
}

/// What a failure brings about besides the task's own result (celery-wire §7.6).
package struct FailurePlan: Hashable, Sendable {
    /// The errbacks that are sent as messages.
    package var plan = CanvasPlan()
    /// The errbacks that this process calls itself.
    package var handlers: [SignatureNode] = []
    /// The results that will never come otherwise: of the rest of the chain, of a chord's body.
    package var failures: [FailedResult] = []
    /// The parts of other chords that will never come otherwise.
    package var parts: [ChordPart] = []

    package init() {}
}

/// A result to store as `FAILURE` in place of a task that will not run.
package struct FailedResult: Hashable, Sendable {
    package var taskID: String
    package var groupID: String?
    /// The tasks that were sent instead, for the result's `children`.
    package var children: [ResultNode]

    package init(taskID: String, groupID: String?, children: [ResultNode] = []) {
        self.taskID = taskID
        self.groupID = groupID
        self.children = children
    }
}
