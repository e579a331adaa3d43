import CeleryProtocol

// What calls are made of, as members of their heads. Payloads lie in the body, one after the other; the heads say how long each is.

extension Publication {
    var json: JSONValue {
        var members: HostMembers = [
            .routingKey: .string(self.destination.routingKey),
            .length: .integer(Int64(self.payload.count)),
        ]
        if self.priority != 0 { members[.priority] = .integer(Int64(self.priority)) }
        if case .exchange(let exchange, _) = self.destination {
            members[.exchange] = .string(exchange.name)
            members[.exchangeKind] = .string(exchange.kind.rawValue)
        }
        members[.unique] = self.unique.map { unique in
            JSONValue([
                .name: .string(unique.key.name),
                .expires: .seconds(unique.key.duration),
                .task: .string(unique.taskID),
                .retry: .seconds(unique.retryWindow),
            ])
        }
        members[.durability] = self.durability.json
        return JSONValue(members)
    }

    /// Without an exchange the routing key is the name of a queue.
    init?(_ json: JSONValue, payload: [UInt8]) {
        guard let key = json[.routingKey]?.stringValue else { return nil }
        var destination = Destination.queue(key)
        if let name = json[.exchange]?.stringValue {
            guard let kind = Exchange.Kind(rawValue: json[.exchangeKind]?.stringValue ?? "direct") else { return nil }
            destination = .exchange(Exchange(name, kind: kind), routingKey: key)
        }
        let priority = Int(max(0, min(json[.priority]?.integerValue ?? 0, 9)))
        guard let durability = PublishDurability(json[.durability]) else { return nil }
        self.init(destination: destination, priority: priority, payload: payload, durability: durability)
        guard let unique = json[.unique], !unique.isNull else { return }
        guard let name = unique[.name]?.stringValue, let id = unique[.task]?.stringValue else { return nil }
        let duration = unique.duration(.expires) ?? UniqueKey(name).duration
        self.unique = UniqueClaim(
            key: UniqueKey(name, for: duration),
            taskID: id,
            retryWindow: unique.duration(.retry) ?? .zero
        )
    }
}

extension ResultWrite {
    var json: JSONValue {
        JSONValue([
            .task: .string(self.taskID),
            .expires: .seconds(self.expires),
            .length: .integer(Int64(self.payload.count)),
        ])
    }

    init?(_ json: JSONValue, payload: [UInt8]) {
        guard let id = json[.task]?.stringValue, (try? NameRules.validate(id: id)) != nil else { return nil }
        self.init(taskID: id, payload: payload, expires: json.duration(.expires))
    }
}

extension Queue {
    var json: JSONValue {
        JSONValue([
            .name: .string(self.name),
            .exchange: .string(self.exchange.name),
            .exchangeKind: .string(self.exchange.kind.rawValue),
            .routingKey: .string(self.routingKey),
        ])
    }

    init?(json: JSONValue) {
        guard let name = json[.name]?.stringValue,
            let kind = Exchange.Kind(rawValue: json[.exchangeKind]?.stringValue ?? "direct")
        else { return nil }
        let exchange = Exchange(json[.exchange]?.stringValue ?? name, kind: kind)
        self.init(name, exchange: exchange, routingKey: json[.routingKey]?.stringValue)
    }
}

extension Revocation {
    var json: JSONValue {
        var members: HostMembers = [:]
        if self.terminates { members[.terminates] = true }
        switch self.target {
        case .task(let id): members[.task] = .string(id)
        case .stamp(let name, let value): (members[.stamp], members[.value]) = (.string(name), value)
        }
        return JSONValue(members)
    }

    init?(json: JSONValue) {
        let terminates = json[.terminates]?.boolValue ?? false
        if let id = json[.task]?.stringValue {
            self.init(.task(id), terminates: terminates)
        } else if let name = json[.stamp]?.stringValue, let value = json[.value] {
            self.init(.stamp(name: name, value: value), terminates: terminates)
        } else {
            return nil
        }
    }
}

extension ChordStart {
    var json: JSONValue { JSONValue([.group: .string(self.groupID), .size: .integer(Int64(self.size))]) }

    init?(json: JSONValue) {
        guard let id = json[.group]?.stringValue, let size = json[.size]?.integerValue, 0...Int64(Int32.max) ~= size
        else { return nil }
        self.init(groupID: id, size: Int(size))
    }
}
