/// The texts of a message that may be others in the next one.
enum EnvelopeSlotField: Hashable, Sendable {
    case body
    case id, group, rootID, parentID, argsrepr, kwargsrepr, origin
    case correlationID, replyTo, deliveryTag

    fileprivate init?(_ field: HeaderField) {
        switch field {
        case .id: self = .id
        case .group: self = .group
        case .rootID: self = .rootID
        case .parentID: self = .parentID
        case .argsrepr: self = .argsrepr
        case .kwargsrepr: self = .kwargsrepr
        case .origin: self = .origin
        // The others decide what becomes of a task, or are the same for all calls of it.
        default: return nil
        }
    }

    fileprivate init?(_ field: PropertyField) {
        switch field {
        case .correlationID: self = .correlationID
        case .replyTo: self = .replyTo
        case .deliveryTag: self = .deliveryTag
        default: return nil
        }
    }
}

/// Finds where the texts stand that make a message different from the next one of its kind.
struct EnvelopeSlots {
    private(set) var slots: [EnvelopeTemplate.Slot] = []
    private var reader: JSONReader

    /// - Parameter raw: A message that has been read.
    /// - Throws: ``JSONError`` if a field occurs twice: the last one counts then, and a template cannot tell which that is.
    init(of raw: [UInt8]) throws(JSONError) {
        self.reader = JSONReader(validated: raw)
        try self.walk(EnvelopeField.table) { (slots, field) throws(JSONError) in
            switch field {
            case .body: try slots.note(.body)
            case .headers:
                try slots.walk(HeaderField.table) { (slots, field) throws(JSONError) in
                    try slots.note(EnvelopeSlotField(field))
                }
            case .properties:
                try slots.walk(PropertyField.table) { (slots, field) throws(JSONError) in
                    try slots.note(EnvelopeSlotField(field))
                }
            case .contentType, .contentEncoding: try slots.reader.skipValue()
            }
        }
    }
}

extension EnvelopeSlots {
    /// Goes through the members of an object; `read` consumes the value of each known one.
    private mutating func walk<Field: CaseIterable & RawRepresentable & Hashable & Sendable>(
        _ table: JSONFieldTable<Field>,
        _ read: (inout EnvelopeSlots, Field) throws(JSONError) -> Void
    ) throws(JSONError) where Field.RawValue == String {
        var next = 0
        var seen: Set<Field> = []
        try self.reader.beginObject()
        while let key = try self.reader.nextKey() {
            guard let field = table.field(for: key, expectedAt: &next) else {
                try self.reader.skipValue()
                continue
            }
            guard seen.insert(field).inserted else { throw JSONError(.unexpectedByte, at: self.reader.position) }
            try read(&self, field)
        }
    }

    /// Takes note of a value if it is a text that may be another one.
    private mutating func note(_ field: EnvelopeSlotField?) throws(JSONError) {
        guard let field, try self.reader.nextKind() == .string else {
            try self.reader.skipValue()
            return
        }
        let token = try self.reader.readStringToken()
        // What has an escape sequence, like what is not ASCII, is compared as it stands.
        if !token.isEscaped { self.slots.append(EnvelopeTemplate.Slot(field: field, range: token.range)) }
    }
}
