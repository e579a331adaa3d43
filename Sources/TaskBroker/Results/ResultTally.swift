import CeleryProtocol

/// What is known of the results that somebody waits for: those of a task or of a group's members, and of what comes before.
///
/// Each result is noted once, when it is final; so counting a group is linear in its members.
struct ResultTally: Sendable {
    private let node: ResultNode
    /// The tasks that are waited for.
    let taskIDs: [String]
    private let ancestors: Set<String>
    private let stopsAtFailure: Bool
    private var open: Set<String>
    private var openAncestors: Set<String>
    private var ended: [String: TaskInfo] = [:]
    private var failure: TaskInfo?
    private var ancestorFailure: TaskInfo?
    private(set) var failureCount = 0

    /// Creates a tally that knows nothing.
    ///
    /// - Parameters:
    ///   - node: What is waited for.
    ///   - followsParents: Whether the failure of something before it ends the wait.
    ///   - stopsAtFailure: Whether the first member that fails does.
    init(_ node: ResultNode, followsParents: Bool, stopsAtFailure: Bool = true) {
        self.node = node
        self.taskIDs = node.taskIDs
        self.open = Set(self.taskIDs)
        self.ancestors = followsParents ? Set(node.lineage.flatMap(\.taskIDs)).subtracting(self.open) : []
        self.openAncestors = self.ancestors
        self.stopsAtFailure = stopsAtFailure
    }
}

extension ResultTally {
    /// The tasks that have not ended as far as is known.
    var pending: [String] { Array(self.open) + Array(self.openAncestors) }

    /// How many of the tasks that are waited for have ended.
    var endedCount: Int { self.ended.count }

    /// Takes note of results; those that are not final, or noted already, change nothing.
    mutating func record(_ results: [StoredInfo]) {
        for result in results where result.info.state.isReady {
            if self.openAncestors.remove(result.taskID) != nil {
                if result.info.state != .success, self.ancestorFailure == nil { self.ancestorFailure = result.info }
            } else if self.open.remove(result.taskID) != nil {
                self.ended[result.taskID] = result.info
                if result.info.state != .success {
                    self.failureCount += 1
                    if self.failure == nil { self.failure = result.info }
                }
            }
        }
    }

    /// Whether what comes before has to be looked at once more: something failed, and it may be the reason.
    var needsAncestors: Bool { self.failure != nil && self.ancestorFailure == nil && !self.openAncestors.isEmpty }

    /// How it ended, or `nil` while that is not known.
    ///
    /// A failure of what comes before is told instead of its consequence: of the `ChordError` of a body, say.
    var outcome: TaskInfo? {
        if let ancestorFailure { return ancestorFailure }
        if let failure, self.stopsAtFailure || self.open.isEmpty { return failure }
        guard self.open.isEmpty else { return nil }
        guard self.node.children != nil else { return self.ended[self.node.id] }
        return TaskInfo(group: self.value(of: self.node))
    }

    /// The first task of a group, in its order, that has failed, and why.
    func firstFailure(in group: ResultNode) -> (taskID: String, exception: ExceptionDocument) {
        let taskID = group.taskIDs.first { self.ended[$0].map { $0.state != .success } ?? false } ?? group.id
        let exception = self.ended[taskID]?.exception
        return (taskID, exception ?? ExceptionDocument(type: "Exception", message: [], module: "builtins"))
    }

    private func value(of node: ResultNode) -> JSONValue {
        guard let members = node.children else { return self.ended[node.id]?.value ?? .null }
        return .array(members.map(self.value))
    }
}

extension ResultNode {
    /// What this continues, the nearest first.
    fileprivate var lineage: some Sequence<ResultNode> {
        sequence(state: self) { node in
            guard let parent = node.parent else { return nil }
            node = parent
            return parent
        }
    }
}

/// What is stored about one task.
struct StoredInfo: Sendable {
    let taskID: String
    let info: TaskInfo
}
