extension EnvelopeDraft {
    /// Where the fields of a task stand.
    enum FieldSource {
        /// In the headers: protocol 2.
        case headers
        /// In the body, together with the arguments: protocol 1.
        case body
    }

    /// Reads the fields of a task.
    ///
    /// Those that only serve display or statistics are ignored if they have another type, as Celery does; those that
    /// decide what happens to the task make the message invalid.
    mutating func readFields(_ reader: inout JSONReader, of source: FieldSource) throws(JSONError) {
        let table = HeaderField.table
        var next = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if let field = table.field(for: key, expectedAt: &next) {
                try self.read(field, &reader)
            } else if source == .headers {
                let name = reader.keyText
                self.headers.custom[name] = try reader.readValue()
            } else if key == Self.tasksetKey {
                self.taskset = .some(try self.readText("taskset", &reader))
            } else {
                try reader.skipValue()
            }
        }
    }

    private static let tasksetKey = JSONKey("taskset".utf8)

    private mutating func read(_ field: HeaderField, _ reader: inout JSONReader) throws(JSONError) {
        switch field {
        case .lang: self.headers.lang = try reader.readStringOrSkip() ?? ""
        case .task: self.headers.task = try self.readText("task", &reader) ?? ""
        case .id: try self.readID(&reader)
        case .shadow: self.headers.shadow = try reader.readStringOrSkip()
        case .eta: self.headers.eta = try self.readTimestamp("eta", &reader)
        case .expires: self.headers.expires = try self.readTimestamp("expires", &reader)
        case .group: self.headers.group = try self.readText("group", &reader)
        case .groupIndex: self.headers.groupIndex = try self.readInteger("group_index", &reader)
        case .retries: self.headers.retries = max(0, try reader.readIntegerOrSkip() ?? 0)
        case .timeLimits: try self.readTimeLimits(&reader)
        case .rootID: self.headers.rootID = try self.readText("root_id", &reader)
        case .parentID: self.headers.parentID = try self.readText("parent_id", &reader)
        case .argsrepr: self.headers.argsrepr = try reader.readStringOrSkip()
        case .kwargsrepr: self.headers.kwargsrepr = try reader.readStringOrSkip()
        case .origin: self.headers.origin = try reader.readStringOrSkip()
        case .ignoreResult: self.headers.ignoreResult = try reader.readBoolOrSkip()
        case .replacedTaskNesting: self.headers.replacedTaskNesting = max(0, try reader.readIntegerOrSkip() ?? 0)
        case .stampedHeaders: try self.readStampedHeaders(&reader)
        case .stamps: self.headers.stamps = try reader.readObjectOrSkip()
        case .compression: self.headers.compression = try self.readText("compression", &reader)
        case .redelivered: self.headers.redelivered = try reader.readBoolOrSkip()
        }
    }
}

// MARK: Read fields that matter

extension EnvelopeDraft {
    private mutating func readID(_ reader: inout JSONReader) throws(JSONError) {
        self.idToken = nil
        guard try reader.nextKind() == .string else {
            self.headers.id = try self.readText("id", &reader) ?? ""
            return
        }
        let token = try reader.readStringToken()
        self.idToken = token
        self.headers.id = reader.text(of: token)
    }

    /// Reads a string or `null`.
    mutating func readText(_ name: StaticString, _ reader: inout JSONReader) throws(JSONError) -> String? {
        switch try reader.nextKind() {
        case .string:
            let token = try reader.readStringToken()
            if let idToken = self.idToken, reader.isSame(token, as: idToken) {
                return self.headers.id
            }
            return reader.text(of: token)
        case .null:
            try reader.readNull()
            return nil
        default:
            try reader.skipValue()
            self.note(.wrongType, "The field '\(name)' is not a string.")
            return nil
        }
    }

    private mutating func readInteger(_ name: StaticString, _ reader: inout JSONReader) throws(JSONError) -> Int? {
        let isNull = try reader.nextKind() == .null
        let number = try reader.readIntegerOrSkip()
        if number == nil, !isNull {
            self.note(.wrongType, "The field '\(name)' is not an integer.")
        }
        return number
    }

    private mutating func readTimestamp(
        _ name: StaticString,
        _ reader: inout JSONReader
    ) throws(JSONError) -> Timestamp? {
        guard let text = try self.readText(name, &reader) else { return nil }
        guard let timestamp = Timestamp(iso8601: text) else {
            self.note(.invalidValue, "The field '\(name)' is not a time in ISO 8601.")
            return nil
        }
        return timestamp
    }

    /// Reads `[hard, soft]`, either of which may be `null` or absent.
    private mutating func readTimeLimits(_ reader: inout JSONReader) throws(JSONError) {
        self.headers.timeLimit = nil
        self.headers.softTimeLimit = nil
        let value = try reader.readValue()
        if value.isNull {
            return
        }
        guard let limits = value.arrayValue, limits.count <= 2, limits.allSatisfy({ $0.isNull || $0.isTimeLimit })
        else {
            return self.note(.wrongType, "The field 'timelimit' is not two numbers of seconds.")
        }
        self.headers.timeLimit = limits.first?.doubleValue
        self.headers.softTimeLimit = limits.count > 1 ? limits[1].doubleValue : nil
    }

    private mutating func readStampedHeaders(_ reader: inout JSONReader) throws(JSONError) {
        let value = try reader.readValue()
        self.headers.stampedHeaders = value.arrayValue?.compactMap(\.stringValue)
        if value.arrayValue?.count != self.headers.stampedHeaders?.count || value.arrayValue == nil && !value.isNull {
            self.note(.wrongType, "The field 'stamped_headers' is not an array of strings.")
        }
    }
}

extension JSONValue {
    /// Whether this is a number of seconds that a timer can wait for.
    fileprivate var isTimeLimit: Bool {
        guard let seconds = self.doubleValue else { return false }
        return 0...1e12 ~= seconds
    }
}
