/// An envelope while it is being read.
///
/// It keeps what is known so far when the bytes turn out to be broken further on, so that the error can still name the
/// task. Fields with unexpected types are noted and reported at the end of the walk, for the same reason.
struct EnvelopeDraft {
    var headers = TaskHeaders(task: "", id: "", lang: "")
    var properties = MessageProperties(deliveryTag: "", routingKey: "", deliveryMode: nil, bodyEncoding: nil)
    var contentType: String?
    var contentEncoding: String?
    var body: JSONStringToken?
    /// Where the headers stand, if there are any.
    var headersRange: Range<Int>?
    var hasProperties = false
    var hasDeliveryTag = false
    var hasDeliveryInfo = false
    /// The group under the name that it had before Celery 3; protocol 1 only.
    var taskset: String??
    /// What is wrong with a field; the first one counts.
    var problem: MessageError?
    /// Where the task's id stands, because most messages repeat it twice and the text can then be shared.
    var idToken: JSONStringToken?

    let limits: MessageLimits

    init(limits: MessageLimits) {
        self.limits = limits
    }
}

extension EnvelopeDraft {
    /// Walks over the whole envelope.
    mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        let table = EnvelopeField.table
        var next = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch table.field(for: key, expectedAt: &next) {
            case .body: try self.readBody(&reader)
            case .contentEncoding: self.contentEncoding = try reader.readStringOrSkip()
            case .contentType: self.contentType = try reader.readStringOrSkip()
            case .headers: try self.readHeaders(&reader)
            case .properties: try self.readProperties(&reader)
            case nil: try reader.skipValue()
            }
        }
        try reader.finish()
    }

    /// Remembers what is wrong with a field unless something was wrong before.
    mutating func note(_ code: MessageError.Code, _ message: String) {
        if self.problem == nil {
            self.problem = MessageError(code, message)
        }
    }

    /// Remembers where the body stands; anything but a string is none.
    mutating func readBody(_ reader: inout JSONReader) throws(JSONError) {
        if try reader.nextKind() == .string {
            self.body = try reader.readStringToken()
        } else {
            self.body = nil
            try reader.skipValue()
        }
    }

    private mutating func readHeaders(_ reader: inout JSONReader) throws(JSONError) {
        self.headers = TaskHeaders(task: "", id: "", lang: "")
        self.headersRange = nil
        guard try reader.nextKind() == .object else {
            try reader.skipValue()
            return
        }
        let start = reader.position
        try self.readFields(&reader, of: .headers)
        self.headersRange = start..<reader.position
        if reader.position - start > self.limits.maximumHeaderBytes {
            self.note(
                .tooLarge,
                "The headers have \(reader.position - start) bytes, more than \(self.limits.maximumHeaderBytes)."
            )
        }
    }
}
