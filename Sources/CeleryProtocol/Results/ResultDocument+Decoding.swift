extension ResultDocument {
    /// Reads a stored or published state.
    ///
    /// Only `status` is required; like a Python client this accepts documents of other programs in which the rest is
    /// absent or of another type. A value compressed by `result_compression` is decompressed.
    ///
    /// - Throws: ``MessageError`` when the bytes are not a JSON object or name no status.
    package init(decoding bytes: [UInt8], limits: MessageLimits = .default) throws(MessageError) {
        let document = try CompressedResult(bytes)?.decompress(limits: limits) ?? bytes
        var draft = ResultDocument(status: "", result: .null, taskID: "")
        do throws(JSONError) {
            var reader = try JSONReader(document, limits: limits.body)
            try draft.read(&reader)
            try reader.finish()
        } catch {
            guard error.code != .wrongType else {
                throw MessageError(.notAnObject, "The stored result is not a JSON object.")
            }
            throw MessageError(error, in: "stored result")
        }
        guard !draft.status.isEmpty else {
            throw MessageError(.missingField, "The stored result has no status.")
        }
        self = draft
    }

    private mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        let table = ResultField.table
        var next = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if let field = table.field(for: key, expectedAt: &next) {
                try self.read(field, &reader)
            } else {
                let name = reader.keyText
                self.custom[name] = try reader.readValue()
            }
        }
    }

    private mutating func read(_ field: ResultField, _ reader: inout JSONReader) throws(JSONError) {
        switch field {
        case .status: self.status = try reader.readStringOrSkip() ?? ""
        case .result: self.result = try reader.readValue()
        case .traceback: self.traceback = try reader.readStringOrSkip()
        case .children: self.children = try reader.readUnlessNull()
        case .dateDone: self.dateDone = try reader.readStringOrSkip().flatMap { Timestamp(iso8601: $0) }
        case .groupID: self.groupID = try reader.readStringOrSkip()
        case .parentID: self.parentID = try reader.readStringOrSkip()
        case .name: self.name = try reader.readStringOrSkip()
        case .args: self.args = try reader.readUnlessNull()
        case .kwargs: self.kwargs = try reader.readUnlessNull()
        case .worker: self.worker = try reader.readStringOrSkip()
        case .retries: self.retries = try reader.readIntegerOrSkip()
        case .queue: self.queue = try reader.readStringOrSkip()
        case .taskID: self.taskID = try reader.readStringOrSkip() ?? ""
        }
    }
}

/// A result that Celery compressed: a marker, the media type, a zero byte, the compressed document.
private struct CompressedResult {
    let contentType: String
    let content: ArraySlice<UInt8>

    init?(_ bytes: [UInt8]) {
        let marker = "\0celery-compressed\0".utf8
        guard bytes.starts(with: marker) else { return nil }
        let parts = bytes.dropFirst(marker.count).split(separator: 0, maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.contentType = String(decoding: parts[0], as: UTF8.self)
        self.content = parts[1]
    }

    func decompress(limits: MessageLimits) throws(MessageError) -> [UInt8] {
        try Compression(contentType: self.contentType).decompress(Array(self.content), limits: limits)
    }
}
