import CeleryProtocol
import TaskBroker

/// A workflow as lines.
///
/// ```
/// 5b1e…  SUCCESS  tasks.add
/// └─ group 91c0…
///    ├─ 77aa…  SUCCESS  tasks.mul  340ms later
///    └─ 2d4f…  FAILURE  tasks.mul  1s later  ValueError: no
/// ```
struct TaskTreeLines {
    private let root: TaskTree
    private let asked: String

    /// - Parameter asked: The id that was asked for, which is marked.
    init(_ root: TaskTree, asked: String) {
        self.root = root
        self.asked = asked
    }

    /// One line: a task with where it stands.
    private struct Row {
        let tree: TaskTree
        let parent: String?
        let depth: Int
        /// What is drawn before it.
        let branch: String
        /// Seconds from the end of what sent it to its own end.
        let delay: Double?
    }

    private var rows: [Row] {
        var rows: [Row] = []
        self.collect(self.root, parent: nil, sender: nil, branch: "", below: "", into: &rows)
        return rows
    }

    private func collect(
        _ tree: TaskTree,
        parent: String?,
        sender: Timestamp?,
        branch: String,
        below: String,
        depth: Int = 0,
        into rows: inout [Row]
    ) {
        let done = tree.info?.dateDone
        let delay = done.flatMap { done in sender.map { done.duration(since: $0).inSeconds } }
        rows.append(Row(tree: tree, parent: parent, depth: depth, branch: branch, delay: delay))
        for (index, child) in tree.children.enumerated() {
            let isLast = index == tree.children.count - 1
            self.collect(
                child,
                parent: tree.id,
                sender: tree.isGroup ? sender : done,
                branch: below + (isLast ? "└─ " : "├─ "),
                below: below + (isLast ? "   " : "│  "),
                depth: depth + 1,
                into: &rows
            )
        }
    }
}

extension TaskTreeLines {
    /// The lines for people.
    func text(_ palette: Palette) -> [String] {
        self.rows.map { row in
            let id = palette.paint(TerminalText.escape(row.tree.id), row.tree.id == self.asked ? .bold : .cyan)
            guard !row.tree.isGroup else { return "\(row.branch)group \(id)" }
            let state = row.tree.info?.state ?? .pending
            var parts = [id, palette.paint(TerminalText.escape(state.rawValue), state.style)]
            if let name = row.tree.info?.name { parts.append(TerminalText.escape(name)) }
            if let delay = row.delay { parts.append("\(RelativeTime.text(delay)) later") }
            if let exception = row.tree.info?.exception {
                parts.append(TerminalText.escape(ResultWaiter.Outcome.text(exception)))
            }
            return row.branch + parts.joined(separator: "  ")
        }
    }

    /// The document of `--json`: flat, with each task after the one that sent it.
    var document: JSONDocument {
        JSONDocument(
            "tree",
            [
                "id": .string(self.asked),
                "items": .array(
                    self.rows.map { row in
                        [
                            "id": .string(row.tree.id), "parent": .text(row.parent), "depth": .count(row.depth),
                            "group": .bool(row.tree.isGroup),
                            "state": row.tree.isGroup
                                ? JSONValue.null : .string((row.tree.info?.state ?? .pending).rawValue),
                            "task": .text(row.tree.info?.name), "done": .time(row.tree.info?.dateDone),
                            "delay": row.delay.map(JSONValue.double) ?? JSONValue.null,
                        ]
                    }
                ),
            ]
        )
    }
}
