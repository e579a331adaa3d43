package import CeleryProtocol
import RedisClient

extension RedisResultBackend {
    package func prepare(
        groups: [SavedGroup],
        chords: [ChordStart],
        expires: Duration?
    ) async throws(TaskBrokerError) {
        var commands: [RESPCommand] = []
        for group in groups {
            var command: RESPCommand = ["SET", RedisKeys.group(group.node.id)]
            command.append(group.json.serialized())
            commands.append(command.expiring(after: expires))
        }
        for chord in chords {
            let keys = ChordKeys(groupID: chord.groupID)
            commands.append(["DEL", keys.claim])
            commands.append((["SET", keys.size, "\(chord.size)"] as RESPCommand).expiring(after: expires))
        }
        if !commands.isEmpty { _ = try await self.send(commands) }
    }

    package func group(_ groupID: String) async throws(TaskBrokerError) -> ResultNode? {
        try await self.send([["GET", RedisKeys.group(groupID)]]).first?.savedGroup
    }

    package func forgetGroup(_ groupID: String) async throws(TaskBrokerError) {
        _ = try await self.send([["DEL", RedisKeys.group(groupID)]])
    }

    /// A key that holds something else than it should counts as one part that nobody can read: the join fails with it, while an
    /// error would be taken for one of Redis, and waiting for another answer would never end.
    package func chord(_ groupID: String) async throws(TaskBrokerError) -> ChordRecord {
        let keys = ChordKeys(groupID: groupID)
        do throws(RedisError) {
            // GET fails if the key holds something else, MGET does not.
            let replies = try await self.client.send(
                pipeline: [["MGET", keys.structure], ["ZRANGE", keys.parts, "0", "-1"]]
            )
            for message in replies.compactMap(\.errorMessage) where !message.hasPrefix("WRONGTYPE") {
                throw RedisError(reply: message)
            }
            return ChordRecord(
                structure: replies.first?.array?.first?.savedGroup,
                parts: replies.last.map { $0.array?.compactMap(\.string) ?? [$0.errorMessage ?? ""] } ?? []
            )
        } catch {
            throw TaskBrokerError(error)
        }
    }

    package func extendChord(_ groupID: String, expires: Duration?) async throws(TaskBrokerError) {
        let key = ChordKeys(groupID: groupID).additions
        var commands: [RESPCommand] = [["INCRBY", key, "1"]]
        if let expires { commands.append(["EXPIRE", key, "\(expires.inWholeSeconds)"]) }
        _ = try await self.send(commands)
    }
}

extension RESPValue {
    /// The members of a group; `nil` if nothing is stored that is one.
    fileprivate var savedGroup: ResultNode? {
        self.bytes.flatMap { try? JSONValue(parsing: $0) }.flatMap(SavedGroup.init(json:))?.node
    }
}

extension RESPCommand {
    /// This `SET` with a time to live.
    fileprivate func expiring(after expires: Duration?) -> RESPCommand {
        guard let expires else { return self }
        var command = self
        command.append("EX")
        command.append("\(expires.inWholeSeconds)")
        return command
    }
}
