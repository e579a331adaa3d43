extension ResultDocument {
    /// The document as Celery writes it, `status` first and `task_id` last.
    package func encoded() -> [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.append("{\"status\": ")
        writer.write(self.status)
        writer.append(", \"result\": ")
        writer.write(self.result)
        if self.traceback == nil, self.children?.arrayValue?.isEmpty == true {
            // So it is for nearly all.
            writer.append(", \"traceback\": null, \"children\": [], \"date_done\": ")
        } else {
            writer.append(", \"traceback\": ")
            writer.write(self.traceback)
            writer.append(", \"children\": ")
            writer.write(self.children ?? .null)
            writer.append(", \"date_done\": ")
        }
        writer.write(self.dateDone)
        writer.writeMember(", \"group_id\": ", self.groupID)
        writer.writeMember(", \"parent_id\": ", self.parentID)
        writer.writeMember(", \"name\": ", self.name)
        writer.writeMember(", \"args\": ", self.args)
        writer.writeMember(", \"kwargs\": ", self.kwargs)
        writer.writeMember(", \"worker\": ", self.worker)
        writer.writeMember(", \"retries\": ", self.retries.map { .integer(Int64($0)) })
        writer.writeMember(", \"queue\": ", self.queue)
        if !self.custom.isEmpty {
            // A stamp named like a field must not make the field appear twice.
            writer.writeMembers(self.custom.filter { ResultField(rawValue: $0.key) == nil })
        }
        writer.append(", \"task_id\": ")
        writer.write(self.taskID)
        writer.append("}")
        return writer.bytes
    }
}

extension JSONWriter {
    /// Writes a further member of an object if there is a value for it.
    ///
    /// - Parameter name: Its name with all that stands around it.
    fileprivate mutating func writeMember(_ name: String, _ value: JSONValue?) {
        guard let value else { return }
        self.append(name)
        self.write(value)
    }

    /// Writes a further member of an object if there is a text for it.
    fileprivate mutating func writeMember(_ name: String, _ value: String?) {
        guard let value else { return }
        self.append(name)
        self.write(value)
    }
}
