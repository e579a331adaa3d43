import CeleryProtocol

// How a host says on what terms it sends, and how it is told what became of that.

extension PublishTerms {
    /// The fields of a `publish`.
    func head(of publications: [Publication]) -> HostMembers {
        var head: HostMembers = [.messages: .array(publications.map(\.json))]
        if !self.bounds.isEmpty {
            head[.bounds] = .array(
                self.bounds.sorted { $0.key < $1.key }.map { name, bound in
                    var members: HostMembers = [
                        .name: .string(name), .size: .integer(Int64(bound.maxLength)),
                    ]
                    if case .block(let timeout) = bound.onFull { members[.timeout] = .seconds(timeout) }
                    return JSONValue(members)
                }
            )
        }
        if self.isWhole { head[.isWhole] = true }
        return head
    }

    /// Reads the fields; without them, queues take any number of messages.
    init?(_ frame: HostFrame) {
        self.init(isWhole: frame[.isWhole] == true)
        guard let bounds = frame[.bounds], !bounds.isNull else { return }
        for json in bounds.arrayValue ?? [] {
            guard let name = json[.name]?.stringValue, let size = json[.size]?.integerValue else { return nil }
            self.bounds[name] = QueueBound(
                maxLength: Int(clamping: size),
                onFull: json.duration(.timeout).map { .block($0) } ?? .reject
            )
        }
    }
}

extension PublishDurability {
    /// The level as a name or an object; `nil` for the usual one.
    var json: JSONValue? {
        switch self {
        case .sent: "sent"
        case .acknowledged: nil
        case .replicated(let count, let timeout):
            JSONValue([.count: .integer(Int64(count)), .timeout: .seconds(timeout)])
        }
    }

    /// Reads a level; `nil` for none that can be waited for.
    init?(_ json: JSONValue?) {
        guard let json, !json.isNull else {
            self = .acknowledged
            return
        }
        if json == "sent" {
            self = .sent
            return
        }
        guard let count = json[.count]?.integerValue, let timeout = json.duration(.timeout) else { return nil }
        self = .replicated(Int(clamping: count), timeout: timeout)
        guard (try? self.validate()) != nil else { return nil }
    }
}

extension PublishReceipt {
    /// Nothing, the id of the task that holds the key, or an object.
    var json: JSONValue {
        switch self {
        case .sent: .null
        case .duplicate(let id): .string(id)
        case .refused(let full):
            JSONValue([
                .queue: .string(full.queue), .size: .integer(Int64(full.maxLength)),
                .length: .integer(Int64(full.length)),
            ])
        case .uncertain(let uncertainty):
            JSONValue([
                .replicas: .integer(Int64(uncertainty.replicas)), .count: .integer(Int64(uncertainty.wanted)),
                .reason: uncertainty.reason.map { .string($0) } ?? .null,
            ])
        }
    }

    init(_ json: JSONValue) {
        func number(_ field: HostField) -> Int { Int(clamping: json[field]?.integerValue ?? 0) }
        if let id = json.stringValue {
            self = .duplicate(of: id)
        } else if let queue = json[.queue]?.stringValue {
            self = .refused(QueueFull(queue: queue, maxLength: number(.size), length: number(.length)))
        } else if json[.replicas] != nil {
            let reason = json[.reason]?.stringValue
            self = .uncertain(PublishUncertainty(replicas: number(.replicas), wanted: number(.count), reason: reason))
        } else {
            self = .sent
        }
    }
}
