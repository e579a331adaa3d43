import CeleryProtocol

/// One line of the effect file: what a task did, when, and in which process.
struct Effect: Hashable, Sendable {
    /// What a task writes down.
    enum Kind: String, Sendable {
        /// Its code has begun.
        case start
        /// Its code has come to its end.
        case done
        /// It was given something that cannot be right.
        case wrong
    }

    /// When, by the machine's clock.
    let time: Timestamp
    let kind: Kind
    /// The name that the task was sent with.
    let name: String
    /// The process that ran it, and the one that started that: a task host and its supervisor, or a supervisor and its guardian.
    let process: Int32
    let parent: Int32
    /// Of a start, how often the message had been delivered before, where the task tells.
    let redeliveries: Int?

    /// Reads a line; `nil` if it is none.
    init?(_ line: some StringProtocol) {
        let words = line.split(separator: " ")
        guard 5...6 ~= words.count, let time = Int64(words[0]), let kind = Kind(rawValue: String(words[1])),
            let process = Int32(words[3]), let parent = Int32(words[4])
        else { return nil }
        self.time = Timestamp(microseconds: time)
        self.kind = kind
        self.name = String(words[2])
        self.process = process
        self.parent = parent
        self.redeliveries = words.count == 6 ? Int(words[5]) : nil
    }

    /// Whether it happened in a supervisor or its task hosts.
    func belongs(to supervisor: Int32) -> Bool { self.process == supervisor || self.parent == supervisor }
}
