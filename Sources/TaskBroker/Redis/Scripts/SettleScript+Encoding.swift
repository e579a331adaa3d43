import CeleryProtocol
import RedisClient

extension SettleScript {
    /// Writes the keys and arguments of a call of ``script(for:)``, in the order that the comment of the type shows.
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
        let targets = self.targets(of: items)
        encoded.arguments.append(targets.count)
        for target in targets {
            encoded.keys.append(target.list)
            encoded.arguments.append(target.senders.count)
            for id in target.senders { encoded.arguments.append(id) }
        }

        let groups = self.groups(of: items).map { SettlementGroup($0, of: items) }
        encoded.arguments.append(groups.count)
        for group in groups { self.encodeHeader(of: group, items, into: &encoded) }
        self.encodeChords(of: request, in: groups, into: &encoded)
        let lists = targets.map(\.list)
        for group in groups {
            encoded.order += group.indices
            if group.isPlain {
                self.encodePlainly(group, items, into: &encoded)
            } else {
                for index in group.indices { self.encode(items[index], targets: lists, into: &encoded) }
            }
        }
        self.encode(request.claim, into: &encoded)
        return encoded
    }

    private static func encode(_ claim: ClaimRequest, into encoded: inout Encoded) {
        encoded.arguments.append(claim.count)
        encoded.arguments.append(claim.lease)
        encoded.arguments.append(claim.nonce)
        encoded.arguments.append(claim.firstNumber)
        let domains = claim.count > 0 ? claim.domains : []
        encoded.arguments.append(domains.count)
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

    private static func encodeHeader(of group: SettlementGroup, _ items: [Item], into encoded: inout Encoded) {
        let domain = group.domain
        encoded.keys.append(contentsOf: [domain.infl, domain.lease, domain.ended])
        encoded.arguments.append(group.indices.count)
        encoded.arguments.append(group.isPlain ? "1" : "0")
        guard !group.isPlain else { return }
        encoded.keys.append(
            contentsOf: [domain.dlv, domain.list, domain.eta, domain.etam, domain.park, domain.dead, domain.deadm]
        )
        for index in group.indices {
            let code = self.operation(items[index].disposition)
            encoded.arguments.append(items[index].id)
            encoded.arguments.append(items[index].hasCounters ? code.uppercased() : code)
        }
    }

    private static func encodePlainly(_ group: SettlementGroup, _ items: [Item], into encoded: inout Encoded) {
        encoded.arguments.append(group.resultSeconds)
        encoded.arguments.append(group.batches.count)
        for batch in group.batches {
            encoded.arguments.append(String(batch.name))
            encoded.arguments.append(batch.indices.count)
            for index in batch.indices {
                encoded.arguments.append(items[index].id)
                if let result = items[index].effects.results.first {
                    encoded.keys.append(RedisKeys.result(of: result.taskID))
                    encoded.arguments.append(result.payload)
                } else {
                    encoded.arguments.append("")
                }
            }
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
