import CeleryProtocol
import RedisClient

extension SettleScript {
    /// Writes the parts and ends of chords, all parts first; tells which settlement each entry belongs to.
    ///
    /// Ends are numbered in the order in which the settlements are written later, which is that of the groups.
    static func encodeChords(
        of request: Request,
        in groups: [[Int]],
        into encoded: inout Encoded
    ) {
        let items = request.items
        let partCount = items.reduce(0) { $0 + $1.parts.count }
        let endCount = items.reduce(0) { $0 + $1.ends.count }
        encoded.nextEnd = partCount
        encoded.arguments.append(partCount + endCount)
        encoded.arguments.append(request.databases.map { String($0.results) } ?? "")
        encoded.arguments.append(request.databases.map { String($0.broker) } ?? "")
        guard partCount + endCount > 0 else { return }

        for (index, item) in items.enumerated() {
            for (position, part) in item.parts.enumerated() {
                let keys = ChordKeys(groupID: part.groupID)
                encoded.keys.append(
                    contentsOf: [keys.parts, keys.additions, keys.size, keys.counted, keys.structure, keys.claim]
                )
                encoded.arguments.append("P")
                encoded.arguments.append(item.id)
                for argument in part.scriptArguments(expires: item.expires) { encoded.arguments.append(argument) }
                encoded.parts.append((item: index, part: position))
            }
        }
        for index in groups.joined() {
            for end in items[index].ends {
                let keys = ChordKeys(groupID: end.groupID)
                encoded.keys.append(contentsOf: [keys.parts, keys.additions, keys.size, keys.counted, keys.claim])
                encoded.arguments.append("E")
                encoded.arguments.append(items[index].id)
                encoded.arguments.append(end.token)
                encoded.arguments.append(end.isSuccess ? "1" : "0")
            }
        }
    }
}

extension ChordPart {
    /// The arguments of `chordPart` in ``ChordLua``, from the task's id to the token.
    func scriptArguments(expires: Duration?) -> [String] {
        [self.taskID, self.memberText, self.scoreText, expires.map { String($0.inWholeSeconds) } ?? "", self.token]
    }
}
