import CeleryProtocol

extension TaskEvent {
    /// What an event may hold on to until it is sent, about; more than the texts that are sent of it would be worth waiting for.
    private static let maximumSize = 4_096

    /// Whether it holds on to so much that it is better made into the texts that travel at once: ten thousand may wait.
    var isLarge: Bool {
        var room = Self.maximumSize
        switch self {
        case .sent(let headers, _, _, _), .received(let headers):
            room.take(headers.argsrepr)
            room.take(headers.kwargsrepr)
            room.take(.object(headers.stamps))
            room.take(.object(headers.custom))
        case .succeeded(_, let result, _):
            room.take(result)
        case .failed(_, let exception, let traceback):
            room.take(.array(exception.message))
            room.take(traceback)
        case .retried(_, let cause, let traceback):
            room.take(.array(cause?.message ?? []))
            room.take(traceback)
        case .started, .revoked, .rejected, .custom:
            // The first ones are small, and the last one travels as it is.
            break
        }
        return room < 0
    }
}

extension Int {
    /// What a value takes beside its contents, about.
    private static let overhead = 16

    /// Takes the size of a text away.
    fileprivate mutating func take(_ text: String?) {
        self -= text?.utf8.count ?? 0
    }

    /// Takes the size of a value away; stops looking when there is nothing left.
    fileprivate mutating func take(_ value: JSONValue) {
        self -= Self.overhead
        switch value {
        case .null, .bool, .integer, .double: break
        case .bigInteger(let digits): self.take(digits)
        case .string(let text): self.take(text)
        case .array(let elements):
            for element in elements {
                guard self >= 0 else { return }
                self.take(element)
            }
        case .object(let members):
            for (name, value) in members {
                guard self >= 0 else { return }
                self.take(name)
                self.take(value)
            }
        }
    }
}
