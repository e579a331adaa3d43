import CeleryProtocol
import RedisClient

extension SettleScript {
    /// Writes the keys and arguments of a call, in the order that the comment of the type shows.
    static func encode(_ request: Request) -> Encoded {
        var encoded = Encoded()
        let keyCount = 1 + 5 * request.claim.domains.count + 4 * request.items.count
        encoded.keys.reserveCapacity(keyCount, byteCount: 40 * keyCount)
        encoded.arguments.reserveCapacity(16 + 4 * request.items.count, byteCount: 128 + 512 * request.items.count)
        let items = request.items
        if items.isEmpty {
            self.encode(request.claim, into: &encoded)
            return encoded
        }
        let groups = self.groups(of: items)
        if let acknowledgements = self.acknowledgements(groups, of: items) {
            encoded.script = self.acknowledge
            encoded.arguments.append(request.databases.map { String($0.results) } ?? "")
            encoded.arguments.append(acknowledgements.count)
            for group in acknowledgements { self.encode(group, items, into: &encoded) }
        } else {
            encoded.script = self.script
            self.encode(groups, of: request, into: &encoded)
        }
        self.encode(request.claim, into: &encoded)
        return encoded
    }

    /// The groups of a call that only acknowledges; `nil` if something else is to be done.
    private static func acknowledgements(_ groups: [[Int]], of items: [Item]) -> [AcknowledgedGroup]? {
        var acknowledgements: [AcknowledgedGroup] = []
        acknowledgements.reserveCapacity(groups.count)
        for indices in groups {
            guard let group = AcknowledgedGroup(indices, of: items) else { return nil }
            acknowledgements.append(group)
        }
        return acknowledgements
    }

    private static func encode(
        _ group: AcknowledgedGroup,
        _ items: [Item],
        into encoded: inout Encoded
    ) {
        encoded.keys.append(group.domain.infl)
        encoded.keys.append(group.domain.lease)
        encoded.arguments.append(group.resultSeconds)
        encoded.arguments.append(group.batches.count)
        for batch in group.batches {
            encoded.arguments.append(String(batch.name))
            encoded.arguments.append(batch.members.count)
            for (index, number) in batch.members {
                encoded.order.append(index)
                encoded.arguments.append(number)
                if let result = items[index].effects.results.first {
                    encoded.keys.append(RedisKeys.result(of: result.taskID))
                    encoded.arguments.append(result.payload)
                } else {
                    encoded.arguments.append("")
                }
            }
        }
    }

    private static func encode(_ groups: [[Int]], of request: Request, into encoded: inout Encoded) {
        let items = request.items
        let targets = self.targets(of: items)
        encoded.arguments.append(targets.count)
        for target in targets {
            encoded.keys.append(target.list)
            encoded.arguments.append(target.senders.count)
            for id in target.senders { encoded.arguments.append(id) }
        }
        encoded.arguments.append(groups.count)
        for indices in groups { self.encodeHeader(of: indices, items, into: &encoded) }
        self.encodeChords(of: request, in: groups, into: &encoded)
        let lists = targets.map(\.list)
        for index in groups.joined() {
            encoded.order.append(index)
            self.encode(items[index], targets: lists, into: &encoded)
        }
    }

    private static func encode(_ claim: ClaimRequest, into encoded: inout Encoded) {
        encoded.arguments.append(claim.count)
        encoded.arguments.append(claim.lease)
        encoded.arguments.append(claim.nonce)
        encoded.arguments.append(claim.firstNumber)
        let domains = claim.count > 0 ? claim.domains : []
        encoded.arguments.append(domains.count)
        encoded.arguments.append(claim.moved ?? -1)
        if let moved = claim.moved {
            encoded.reading = RedisKeys.batch(claim.batch(moved).name, infl: domains[moved].infl)
        }
        if !domains.isEmpty { encoded.keys.append(RedisKeys.revocations) }
        for domain in domains { encoded.keys.append(contentsOf: domain.claimKeys) }
    }

    /// The lists that publications go to, each once, with the ids of the claims whose publications they are.
    private static func targets(of items: [Item]) -> [(list: String, senders: [String])] {
        var targets: [(list: String, senders: [String])] = []
        for item in items where !item.effects.publications.isEmpty || !item.ends.isEmpty {
            for publication in item.effects.publications + item.ends.flatMap(\.effects.publications) {
                for case .list(let list) in publication.targets {
                    guard let place = targets.firstIndex(where: { $0.list == list }) else {
                        targets.append((list: list, senders: [item.id]))
                        continue
                    }
                    if targets[place].senders.last != item.id { targets[place].senders.append(item.id) }
                }
            }
        }
        return targets
    }

    /// The indices of the items of each list, lists in the order of their first item.
    static func groups(of items: [Item]) -> [[Int]] {
        // That of a lone task.
        if items.count == 1 { return [[0]] }
        var groups: [[Int]] = []
        var places: [ClaimDomain: Int] = [:]
        for (index, item) in items.enumerated() {
            if let last = groups.last?[0], items[last].domain === item.domain {
                groups[groups.count - 1].append(index)
            } else if let place = places[item.domain] {
                groups[place].append(index)
            } else {
                places[item.domain] = groups.count
                groups.append([index])
            }
        }
        return groups
    }

    private static func encodeHeader(of group: [Int], _ items: [Item], into encoded: inout Encoded) {
        let domain = items[group[0]].domain
        encoded.keys.append(contentsOf: [domain.infl, domain.lease, domain.dlv, domain.list])
        encoded.keys.append(contentsOf: [domain.eta, domain.etam, domain.park, domain.dead, domain.deadm])
        encoded.arguments.append(group.count)
        for index in group {
            let code = self.operation(items[index].disposition)
            encoded.arguments.append(items[index].id)
            encoded.arguments.append(items[index].hasCounters ? code.uppercased() : code)
        }
    }

    private static func encode(_ item: Item, targets: [String], into encoded: inout Encoded) {
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
            encoded.keys.append(keys.claim)
            encoded.keys.append(keys.size)
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
