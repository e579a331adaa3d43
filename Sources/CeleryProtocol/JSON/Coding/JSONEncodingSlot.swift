/// Where an encoder puts its value: a single one, or an array or object that several containers may add to.
final class JSONEncodingSlot {
    private enum Content {
        case empty
        case value(JSONValue)
        case array(JSONEncodingArray)
        case object(JSONEncodingObject)
    }

    private var content = Content.empty

    /// Puts a finished value into the slot; a second one replaces the first.
    func set(_ value: JSONValue) {
        self.content = .value(value)
    }

    /// The array in this slot; what was there before gives way, except an array.
    func array() -> JSONEncodingArray {
        if case .array(let array) = self.content {
            return array
        }
        let array = JSONEncodingArray()
        self.content = .array(array)
        return array
    }

    /// The object in this slot; what was there before gives way, except an object.
    func object() -> JSONEncodingObject {
        if case .object(let object) = self.content {
            return object
        }
        let object = JSONEncodingObject()
        self.content = .object(object)
        return object
    }

    /// The value that was encoded; a type that encodes nothing is an empty object.
    func finish() -> JSONValue {
        switch self.content {
        case .empty: .object([:])
        case .value(let value): value
        case .array(let array): .array(array.finish())
        case .object(let object): .object(object.finish())
        }
    }
}

/// An array being encoded, with slots for elements that are encoded through containers of their own.
final class JSONEncodingArray {
    private var elements: [JSONValue] = []
    private var slots: [Int: JSONEncodingSlot] = [:]

    var count: Int {
        self.elements.count
    }

    func append(_ value: JSONValue) {
        self.elements.append(value)
    }

    func appendSlot() -> JSONEncodingSlot {
        let slot = JSONEncodingSlot()
        self.slots[self.elements.count] = slot
        self.elements.append(.null)
        return slot
    }

    func finish() -> [JSONValue] {
        for (index, slot) in self.slots {
            self.elements[index] = slot.finish()
        }
        return self.elements
    }
}

/// An object being encoded, with slots for members that are encoded through containers of their own.
final class JSONEncodingObject {
    private var members: [String: JSONValue] = [:]
    private var slots: [String: JSONEncodingSlot] = [:]

    func set(_ value: JSONValue, for name: String) {
        self.members[name] = value
    }

    func slot(for name: String) -> JSONEncodingSlot {
        if let slot = self.slots[name] {
            return slot
        }
        let slot = JSONEncodingSlot()
        self.slots[name] = slot
        return slot
    }

    func finish() -> [String: JSONValue] {
        for (name, slot) in self.slots {
            self.members[name] = slot.finish()
        }
        return self.members
    }
}
