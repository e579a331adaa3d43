/// How kombu makes priorities out of plain lists: one list for each step of a queue.
///
/// On Redis **0 is the highest priority** and 9 the lowest, against AMQP. Workers serve the lists of lower steps first.
package enum Priority {
    /// The lists of a queue, highest priority first: kombu's default for `priority_steps`.
    ///
    /// Producers and consumers must agree on them.
    package static let steps = [0, 3, 6, 9]
}

extension Priority {
    /// The largest step that is not above `priority`, after clamping it to 0…9.
    package static func step(for priority: Int) -> Int {
        self.steps.last { $0 <= priority } ?? 0
    }

    /// The Redis list for one step of a queue: `login` for step 0, else `login`, the separator and the step.
    package static func list(queue: String, step: Int) -> String {
        step == 0 ? queue : "\(queue)\(WireName.separator)\(step)"
    }

    /// The queue that a Redis list belongs to: everything before the last separator, as kombu reads `BRPOP` replies.
    package static func queue(ofList list: String) -> String {
        // Nearly all names are plain ones, and looking for a text of two characters is dear.
        guard list.utf8.contains(0x06), let separator = list.ranges(of: WireName.separator).last else { return list }
        return String(list[..<separator.lowerBound])
    }
}
