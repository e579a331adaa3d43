/// A message that was read, as the example of those that differ from it in a few texts only.
///
/// A program writes the same fields in the same order each time, so most of the bytes of two calls of a task are the same. What
/// stands between the *slots* has to be the same byte for byte, and a slot may hold nothing but plain text. So such a message is
/// the same JSON with other texts, and nothing has to be parsed to know what it says.
struct EnvelopeTemplate: Sendable {
    /// A text that may be another one.
    struct Slot: Sendable {
        let field: EnvelopeSlotField
        /// Where it stands in the example, without its quotes.
        let range: Range<Int>
    }

    let example: Envelope
    /// In the order in which they stand in the message.
    let slots: [Slot]
    private let idIndex: Int
    private let bodyIndex: Int

    /// Larger messages are read as if there were no templates: each one would look at all their bytes, and what it saves does not grow.
    static let maximumBytes = 16 << 10

    /// - Returns: `nil` for a message that cannot be an example: one of protocol 1, or one that is written in an unusual way.
    init?(_ example: Envelope) {
        guard example.layout == .protocol2, example.raw.count <= Self.maximumBytes,
            let slots = try? EnvelopeSlots(of: example.raw).slots,
            let idIndex = slots.firstIndex(where: { $0.field == .id }),
            let bodyIndex = slots.firstIndex(where: { $0.field == .body })
        else { return nil }
        self.example = example
        self.slots = slots
        self.idIndex = idIndex
        self.bodyIndex = bodyIndex
    }
}

extension EnvelopeTemplate {
    /// Reads a message that is like the example.
    ///
    /// - Returns: `nil` if it is not, or if anything about it has to be looked at more closely.
    func envelope(of raw: [UInt8]) -> Envelope? {
        let limits = self.example.limits
        guard raw.count <= min(Self.maximumBytes, limits.maximumBytes), let ranges = self.ranges(in: raw) else {
            return nil
        }
        let body = ranges[self.bodyIndex]
        guard raw.count - body.count <= limits.maximumHeaderBytes else { return nil }
        let text = SlotTexts(raw: raw, example: self.example, idRange: ranges[self.idIndex])
        guard (try? NameRules.validate(id: text.id)) != nil else { return nil }

        var headers = self.example.headers
        var properties = self.example.properties
        for (slot, range) in zip(self.slots, ranges) {
            switch slot.field {
            case .body: break
            case .id: headers.id = text.id
            case .group: headers.group = text.read(range, slot, headers.group)
            case .rootID: headers.rootID = text.read(range, slot, headers.rootID)
            case .parentID: headers.parentID = text.read(range, slot, headers.parentID)
            case .argsrepr: headers.argsrepr = text.read(range, slot, headers.argsrepr)
            case .kwargsrepr: headers.kwargsrepr = text.read(range, slot, headers.kwargsrepr)
            case .origin: headers.origin = text.read(range, slot, headers.origin)
            case .correlationID: properties.correlationID = text.read(range, slot, properties.correlationID)
            case .replyTo: properties.replyTo = text.read(range, slot, properties.replyTo)
            case .deliveryTag: properties.deliveryTag = text.read(range, slot, properties.deliveryTag) ?? ""
            }
        }
        let envelope = Envelope(
            like: self.example,
            raw: raw,
            body: JSONStringToken(range: body, isEscaped: false),
            headers: headers,
            properties: properties
        )
        // A body of protocol 1 below headers of protocol 2 completes them.
        return (try? envelope.body.isObject()) == false ? envelope : nil
    }

    /// Where the texts of a message stand if everything else in it is as in the example.
    private func ranges(in raw: [UInt8]) -> [Range<Int>]? {
        let example = self.example.raw
        let (old, new) = (example.span, raw.span)
        var (oldEnd, newEnd) = (0, 0)
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(self.slots.count)
        for slot in self.slots {
            let between = oldEnd..<slot.range.lowerBound
            guard new.holds(old.extracting(between), at: newEnd) else { return nil }
            let start = newEnd + between.count
            // What ends it is the quote that is the first byte of what has to be the same.
            newEnd = new.endOfPlainASCII(from: start)
            ranges.append(start..<newEnd)
            oldEnd = slot.range.upperBound
        }
        let rest = old.extracting(oldEnd..<old.count)
        return new.count - newEnd == rest.count && new.holds(rest, at: newEnd) ? ranges : nil
    }
}

/// Makes the texts of slots, and only those that there are not yet.
private struct SlotTexts {
    let raw: [UInt8]
    let example: Envelope
    let idRange: Range<Int>
    let id: String

    init(raw: [UInt8], example: Envelope, idRange: Range<Int>) {
        (self.raw, self.example, self.idRange) = (raw, example, idRange)
        self.id = String(decoding: raw[idRange], as: UTF8.self)
    }

    /// - Parameter known: The text that the example has there.
    func read(_ range: Range<Int>, _ slot: EnvelopeTemplate.Slot, _ known: String?) -> String? {
        let (raw, example) = (self.raw, self.example.raw)
        let (new, old) = (raw.span, example.span)
        // Most messages repeat their id twice, and their origin from one to the next.
        if new.extracting(range).isSame(as: new.extracting(self.idRange)) { return self.id }
        if new.extracting(range).isSame(as: old.extracting(slot.range)) { return known }
        return String(decoding: self.raw[range], as: UTF8.self)
    }
}
