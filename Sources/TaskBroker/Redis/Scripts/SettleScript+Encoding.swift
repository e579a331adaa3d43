import CeleryProtocol
import RedisClient

extension SettleScript {
    /// Writes the keys and arguments of a call, in the order that the comment of the type shows.
    static func encode(_ request: Request) -> Encoded {
        var encoded = Encoded()
        encoded.keys.reserveCapacity(5 * request.claim.domains.count + 4 * request.items.count)
        let targets = self.targets(of: request.items)
        encoded.keys += targets
        encoded.arguments.append(targets.count)

        self.encodeChords(of: request, into: &encoded)

        let groups = self.groups(of: request.items)
        encoded.arguments.append(groups.count)
        for group in groups {
            self.encode(group, of: request.items, targets: targets, into: &encoded)
        }

        encoded.arguments.append(request.claim.count)
        encoded.arguments.append(request.claim.lease)
        encoded.arguments.append(request.claim.prefix)
        encoded.arguments.append(request.claim.firstCounter)
        let domains = request.claim.count > 0 ? request.claim.domains : []
        encoded.arguments.append(domains.count)
        if !domains.isEmpty { encoded.keys.append(RedisKeys.revocations) }
        for domain in domains {
            encoded.keys += [domain.list, domain.infl, domain.lease, domain.dlv, domain.meta]
        }
        return encoded
    }

    /// The lists that publications go to, each once.
    private static func targets(of items: [Item]) -> [String] {
        var targets: [String] = []
        for item in items {
            for publication in item.effects.publications + item.ends.flatMap(\.effects.publications) {
                for case .list(let list) in publication.targets where !targets.contains(list) { targets.append(list) }
            }
        }
        return targets
    }

    /// The indices of the items of each list, lists in the order of their first item.
    static func groups(of items: [Item]) -> [[Int]] {
        var groups: [[Int]] = []
        var places: [ClaimDomain: Int] = [:]
        for (index, item) in items.enumerated() {
            if let place = places[item.domain] {
                groups[place].append(index)
            } else {
                places[item.domain] = groups.count
                groups.append([index])
            }
        }
        return groups
    }

    private static func encode(
        _ group: [Int],
        of items: [Item],
        targets: [String],
        into encoded: inout Encoded
    ) {
        guard let domain = group.first.map({ items[$0].domain }) else { return }
        let isFull = group.contains { items[$0].disposition != .acknowledge }
        encoded.order += group
        encoded.arguments.append(group.count)
        encoded.arguments.append(isFull ? "1" : "0")
        encoded.keys += [domain.lease, domain.infl, domain.dlv]
        if isFull {
            encoded.keys += [domain.list, domain.eta, domain.etam, domain.park, domain.dead, domain.deadm]
        }
        for index in group { encoded.arguments.append(items[index].id) }
        for index in group { self.encode(items[index], targets: targets, into: &encoded) }
    }

    private static func encode(_ item: Item, targets: [String], into encoded: inout Encoded) {
        let code = self.operation(item.disposition)
        encoded.arguments.append(item.hasCounters ? code.uppercased() : code)
        switch item.disposition {
        case .acknowledge, .release, .requeue:
            break
        case .delay(let until):
            encoded.arguments.append(until.milliseconds)
        case .park(let until, let task):
            encoded.arguments.append(until.milliseconds)
            encoded.arguments.append(task)
        case .deadLetter(let reason):
            encoded.arguments.append(self.singleLine(reason))
        }

        let count = item.effects.count + item.ends.reduce(0) { $0 + 1 + $1.effects.count }
        encoded.arguments.append(count)
        self.encode(item.effects, expires: item.expires, targets: targets, into: &encoded)
        for end in item.ends {
            encoded.arguments.append("E")
            encoded.arguments.append(encoded.nextEnd)
            encoded.nextEnd += 1
            encoded.arguments.append(end.effects.count)
            self.encode(end.effects, expires: item.expires, targets: targets, into: &encoded)
        }
    }

    private static func encode(
        _ effects: Effects,
        expires: Duration?,
        targets: [String],
        into encoded: inout Encoded
    ) {
        for result in effects.results {
            encoded.keys.append(RedisKeys.result(of: result.taskID))
            encoded.arguments.append("S")
            encoded.arguments.append(result.payload)
            encoded.arguments.append(result.expires.map { String($0.inWholeSeconds) } ?? "")
        }
        let seconds = expires.map { String($0.inWholeSeconds) } ?? ""
        for group in effects.groups {
            encoded.keys.append(RedisKeys.group(group.node.id))
            encoded.arguments.append("G")
            encoded.arguments.append(group.json.serialized())
            encoded.arguments.append(seconds)
        }
        for chord in effects.chords {
            let keys = ChordKeys(groupID: chord.groupID)
            encoded.keys += [keys.claim, keys.size]
            encoded.arguments.append("C")
            encoded.arguments.append(chord.size)
            encoded.arguments.append(seconds)
        }
        for publication in effects.publications {
            self.encode(publication, targets: targets, into: &encoded)
        }
    }

    private static func encode(_ publication: RedisPublication, targets: [String], into encoded: inout Encoded) {
        if let unique = publication.unique {
            encoded.keys.append(RedisKeys.unique(unique.key.name))
            encoded.arguments.append("K")
            encoded.arguments.append(unique.taskID)
            encoded.arguments.append(max(1, unique.key.duration.inMilliseconds))
            encoded.arguments.append(publication.targets.count)
        }
        for target in publication.targets {
            switch target {
            case .list(let list):
                encoded.arguments.append("L")
                encoded.arguments.append((targets.firstIndex(of: list) ?? 0) + 1)
            case .channel(let channel):
                encoded.arguments.append("P")
                encoded.arguments.append(channel)
            }
            encoded.arguments.append(publication.payload)
        }
    }

    private static func operation(_ disposition: Settlement.Disposition) -> String {
        switch disposition {
        case .acknowledge: "a"
        case .release: "r"
        case .requeue: "q"
        case .delay: "d"
        case .park: "p"
        case .deadLetter: "x"
        }
    }

    /// The reason ends at the first line feed of a dead letter, so it may contain none.
    private static func singleLine(_ reason: String) -> String {
        String(String.UnicodeScalarView(reason.unicodeScalars.prefix(1000).map { $0.value < 0x20 ? " " : $0 }))
    }
}

extension SettleScript.Effects {
    /// How many effects the script reads.
    fileprivate var count: Int {
        self.results.count + self.groups.count + self.chords.count
            + self.publications.reduce(0) { $0 + $1.targets.count + ($1.unique == nil ? 0 : 1) }
    }
}
