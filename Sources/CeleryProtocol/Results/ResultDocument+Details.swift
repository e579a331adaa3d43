extension ResultDocument {
    /// What the result of a task says while it is `STARTED`: the process that runs it and its node.
    package static func startDetails(pid: some BinaryInteger, node: String) -> JSONValue {
        ["pid": .integer(Int64(clamping: pid)), "hostname": .string(node)]
    }

    /// Tells the stamps of a task, each as a member of its own; nothing of a task that was not stamped.
    package mutating func setStamps(of headers: TaskHeaders) {
        guard let names = headers.stampedHeaders else { return }
        self.custom = headers.stamps
        self.custom[HeaderField.stampedHeaders.rawValue] = .array(names.map { .string($0) })
    }
}
