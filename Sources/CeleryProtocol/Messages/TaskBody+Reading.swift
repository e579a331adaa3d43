extension TaskBody {
    /// Reads a body of protocol 2 (`[args, kwargs, embed]`) or protocol 1 (an object).
    init(decoding document: [UInt8], limits: JSONLimits) throws(MessageError) {
        var draft = TaskBodyDraft()
        do {
            var reader = try JSONReader(document, limits: limits)
            try draft.read(&reader)
            try reader.finish()
        } catch {
            throw MessageError(error, in: "body")
        }
        if let problem = draft.problem {
            throw MessageError(.badBody, problem)
        }
        self = draft.body
    }
}

/// The names of embedded signatures, in the order in which Celery writes them.
private enum EmbedField: String, CaseIterable {
    case callbacks
    case errbacks
    case chain
    case chord

    static let table = JSONFieldTable<EmbedField>()
}

/// A body while it is being read.
private struct TaskBodyDraft {
    var body = TaskBody()
    var problem: String?

    mutating func read(_ reader: inout JSONReader) throws(JSONError) {
        switch try reader.nextKind() {
        case .array: try self.readProtocol2(&reader)
        case .object: try self.readProtocol1(&reader)
        default:
            self.problem = "The body is neither an array nor an object."
            try reader.skipValue()
        }
    }

    private mutating func readProtocol2(_ reader: inout JSONReader) throws(JSONError) {
        var count = 0
        try reader.beginArray()
        while try reader.nextElement() {
            switch count {
            case 0: try self.readArgs(&reader)
            case 1: try self.readKwargs(&reader)
            case 2: try self.readEmbed(&reader)
            default: try reader.skipValue()
            }
            count += 1
        }
        if count != 3 {
            self.note("The body has \(count) parts instead of args, kwargs and embed.")
        }
    }

    private mutating func readProtocol1(_ reader: inout JSONReader) throws(JSONError) {
        let table = EmbedField.table
        var next = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if key == Self.argsKey {
                try self.readArgs(&reader)
            } else if key == Self.kwargsKey {
                try self.readKwargs(&reader)
            } else if let field = table.field(for: key, expectedAt: &next), field != .chain {
                try self.read(field, &reader)
            } else {
                try reader.skipValue()
            }
        }
    }

    private static let argsKey = JSONKey("args".utf8)
    private static let kwargsKey = JSONKey("kwargs".utf8)
}

// MARK: Read the parts

extension TaskBodyDraft {
    private mutating func note(_ problem: String) {
        self.problem = self.problem ?? problem
    }

    private mutating func readArgs(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.nextKind() == .array else {
            self.note("The positional arguments are not an array.")
            try reader.skipValue()
            return
        }
        self.body.args = try reader.readArray()
    }

    private mutating func readKwargs(_ reader: inout JSONReader) throws(JSONError) {
        guard try reader.nextKind() == .object else {
            self.note("The keyword arguments are not an object.")
            try reader.skipValue()
            return
        }
        self.body.kwargs = try reader.readObject()
    }

    private mutating func readEmbed(_ reader: inout JSONReader) throws(JSONError) {
        switch try reader.nextKind() {
        case .null: try reader.readNull()
        case .object: if !reader.consume(Self.nothingEmbedded) { try self.readSignatures(&reader) }
        default:
            self.note("The embedded signatures are not an object.")
            try reader.skipValue()
        }
    }

    /// What Celery, and we, write for a task after which nothing follows.
    private static let nothingEmbedded = Array(
        #"{"callbacks": null, "errbacks": null, "chain": null, "chord": null}"#.utf8
    )

    private mutating func readSignatures(_ reader: inout JSONReader) throws(JSONError) {
        let table = EmbedField.table
        var next = 0
        try reader.beginObject()
        while let key = try reader.nextKey() {
            if let field = table.field(for: key, expectedAt: &next) {
                try self.read(field, &reader)
            } else {
                let name = reader.keyText
                self.body.embed.custom[name] = try reader.readValue()
            }
        }
    }

    private mutating func read(_ field: EmbedField, _ reader: inout JSONReader) throws(JSONError) {
        switch field {
        case .callbacks: self.body.embed.callbacks = try self.readList(field, &reader)
        case .errbacks: self.body.embed.errbacks = try self.readList(field, &reader)
        case .chain: self.body.embed.chain = try self.readList(field, &reader)
        case .chord: self.body.embed.chord = try reader.readUnlessNull()
        }
    }

    /// Reads an array of signatures; a single one stands for an array of one, as everywhere in Celery.
    private mutating func readList(_ field: EmbedField, _ reader: inout JSONReader) throws(JSONError) -> [JSONValue]? {
        switch try reader.readValue() {
        case .null: return nil
        case .array(let signatures): return signatures
        case .object(let signature): return [.object(signature)]
        default:
            self.note("The embedded '\(field.rawValue)' are not an array of signatures.")
            return nil
        }
    }
}
