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
    /// There is one question for each generation.
    ///
    /// - Returns: `nil` if nothing is stored under the id.
    package static func read(of id: String, from backend: any ResultBackend) async throws -> TaskTree? {
        let waiting = ResultWaiting(backend: backend)
        guard let (rootID, root) = try await self.root(of: id, waiting) else { return nil }
        var infos = [rootID: root]
        var generation = root.children
        for _ in 0..<self.maximumDepth where !generation.isEmpty {
            let ids = generation.flatMap(\.taskIDs).filter { infos[$0] == nil }.prefix(self.maximumCount - infos.count)
            let stored = try await waiting.read(Array(Set(ids)))
            for result in stored { infos[result.taskID] = result.info }
            generation = stored.flatMap(\.info.children)
        }
        var seen: Set<String> = []
        return Self(ResultNode(id: rootID), infos, &seen, depth: 0)
    }

    private static func root(of id: String, _ waiting: ResultWaiting) async throws -> (String, TaskInfo)? {
        guard var info = try await waiting.read([id]).first?.info else { return nil }
        var (id, seen) = (id, Set([id]))
        while let parentID = info.parentID, seen.count < self.maximumDepth, seen.insert(parentID).inserted,
            let parent = try await waiting.read([parentID]).first?.info
        {
            (id, info) = (parentID, parent)
        }
        return (id, info)
    }

    private init(_ node: ResultNode, _ infos: [String: TaskInfo], _ seen: inout Set<String>, depth: Int) {
        self.id = node.id
        self.isGroup = node.children != nil
        let info = node.children == nil ? infos[node.id] : nil
        self.info = info
        let isNew = seen.insert(node.id).inserted && depth < Self.maximumDepth
        var children: [TaskTree] = []
        for child in isNew ? node.children ?? info?.children ?? [] : [] {
            children.append(TaskTree(child, infos, &seen, depth: depth + 1))
        }
        self.children = children
    }
}
