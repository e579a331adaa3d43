import CeleryProtocol

/// A task, or a group, with what it has sent: a workflow as its stored results tell it.
package struct TaskTree: Sendable, Hashable {
    /// The id of the task or of the group.
    package let id: String
    /// Whether it is a group, which has no result of its own.
    package let isGroup: Bool
    /// What is stored about the task, or `nil` while nothing is.
    package let info: TaskInfo?
    /// What it has sent, or the members of the group, in order.
    package let children: [TaskTree]
}

extension TaskTree {
    /// Caps for what other programs have stored: a workflow may be anything, even a circle.
    private static let maximumCount = 10_000
    private static let maximumDepth = 1_000

    /// Reads the workflow that a task belongs to, from its first task that still has a result.
    ///
    /// There is one question for each generation. What sent the task is followed upwards by `parent_id`, everything else downwards
    /// by `children`: the body of a chord is not among the children of the task that completes the header, so other bodies than
    /// the one that was asked for are missing.
    ///
    /// - Returns: `nil` if nothing is stored under the id.
    package static func read(of id: String, from backend: any ResultBackend) async throws -> TaskTree? {
        let waiting = ResultWaiting(backend: backend)
        guard let line = try await Lineage(of: id, waiting) else { return nil }
        var known = [line.rootID: line.root]
        var generation = line.root.children + line.missing(in: line.rootID, line.root)
        for _ in 0..<self.maximumDepth where !generation.isEmpty {
            let ids = generation.flatMap(\.taskIDs).filter { known[$0] == nil }.prefix(self.maximumCount - known.count)
            let stored = try await waiting.read(Array(Set(ids)))
            for result in stored { known[result.taskID] = result.info }
            generation = stored.flatMap { $0.info.children + line.missing(in: $0.taskID, $0.info) }
        }
        var seen: Set<String> = []
        return Self(ResultNode(id: line.rootID), known, line, &seen, depth: 0)
    }

    private init(
        _ node: ResultNode,
        _ known: [String: TaskInfo],
        _ line: Lineage,
        _ seen: inout Set<String>,
        depth: Int
    ) {
        self.id = node.id
        self.isGroup = node.children != nil
        self.info = node.children == nil ? known[node.id] : nil
        var nodes: [ResultNode] = []
        if seen.insert(node.id).inserted, depth < Self.maximumDepth {
            nodes = node.children ?? self.info.map { $0.children + line.missing(in: node.id, $0) } ?? []
        }
        var children: [TaskTree] = []
        for child in nodes { children.append(TaskTree(child, known, line, &seen, depth: depth + 1)) }
        self.children = children
    }
}

extension TaskTree {
    /// The way from a task up to the first one of its workflow.
    private struct Lineage {
        let rootID: String
        let root: TaskInfo
        /// What was sent by whom, on the way.
        private let sent: [String: String]

        init?(of id: String, _ waiting: ResultWaiting) async throws {
            guard var info = try await waiting.read([id]).first?.info else { return nil }
            var (id, sent) = (id, [String: String]())
            while let parentID = info.parentID, parentID != id, sent[parentID] == nil, sent.count < maximumDepth,
                let parent = try await waiting.read([parentID]).first?.info
            {
                sent[parentID] = id
                (id, info) = (parentID, parent)
            }
            (self.rootID, self.root, self.sent) = (id, info, sent)
        }

        /// What a task has sent on this way without saying so.
        func missing(in id: String, _ info: TaskInfo) -> [ResultNode] {
            guard let child = self.sent[id], !info.children.contains(where: { $0.taskIDs.contains(child) }) else {
                return []
            }
            return [ResultNode(id: child)]
        }
    }
}
