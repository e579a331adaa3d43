extension EnvelopeDraft {
    /// Completes the headers from the body if the message is of protocol 1, or has such a body.
    ///
    /// Celery decides by the header `task`: without it everything is in the body; with it and an object as body, the
    /// headers win over the fields there.
    mutating func readProtocol1(
        _ body: EnvelopeBody,
        headers headersRange: Range<Int>
    ) throws(MessageError) -> Envelope.Layout {
        let isHybrid = !self.headers.task.isEmpty
        if isHybrid, try !body.isObject() {
            return .protocol2
        }
        let document = try body.document()
        let arguments = try TaskBody(decoding: document, limits: body.limits.body)
        var fields = EnvelopeDraft(limits: body.limits)
        do {
            try fields.readFields(ofBody: document)
            if isHybrid {
                try fields.readFields(ofHeaders: Array(body.raw[headersRange]))
            }
        } catch {
            throw MessageError(error, in: "body")
        }
        fields.headers.custom = self.headers.custom
        if let taskset = fields.taskset {
            fields.headers.group = taskset
        }
        fields.headers.argsrepr = fields.headers.argsrepr ?? PythonRepr.tuple(arguments.args)
        fields.headers.kwargsrepr = fields.headers.kwargsrepr ?? PythonRepr.dictionary(arguments.kwargs)
        self.headers = fields.headers
        self.problem = self.problem ?? fields.problem
        return isHybrid ? .hybrid : .protocol1
    }

    private mutating func readFields(ofBody document: [UInt8]) throws(JSONError) {
        var reader = JSONReader(validated: document)
        guard try reader.nextKind() == .object else { return }
        try self.readFields(&reader, of: .body)
    }

    private mutating func readFields(ofHeaders document: [UInt8]) throws(JSONError) {
        var reader = JSONReader(validated: document)
        self.idToken = nil
        try self.readFields(&reader, of: .headers)
    }
}
