import CeleryProtocol
import RedisClient

/// The script that sends messages on a condition: that their unique keys are free, or that bounded queues have room.
///
/// Either it sends all of them, but for those whose keys are taken, or none.
///
/// | `KEYS` | `ARGV` |
/// | --- | --- |
/// | per bounded queue: its bound; list and eta of each of its steps | how many; per bounded queue: how many messages it may hold |
/// | per message: its unique key, if it has one; its lists | how many; per message: task id or nothing, ms to hold the key, the message, number of lists, the bounded queue of each or 0, number of channels, the channels |
///
/// The answer is an array with the id of the task that holds the key for each message, empty for those that were sent; or, if a queue
/// is full, the number of that queue and how many messages it holds.
///
/// A message of a producer with a time to start waits first and is delayed by a worker: both count, so that it does not matter which it is.
/// Not counted is what workers hold.
enum PublishScript {
    static let script = RedisScript(
        name: "publish",
        text: #"""
            local keyAt, argAt = 0, 0
            local function key() keyAt = keyAt + 1 return KEYS[keyAt] end
            local function arg() argAt = argAt + 1 return ARGV[argAt] end

            -- Redis does not roll back: everything is looked at, and what can fail because of a key of a wrong type fails,
            -- before the first write.
            local queues, checked = {}, {}
            for i = 1, tonumber(arg()) do
                local queue = {bound = key(), limit = tonumber(arg()), length = 0, wanted = 0}
                for _ = 1, 4 do
                    local list = key()
                    queue.length = queue.length + redis.call('LLEN', list) + redis.call('ZCARD', key())
                    checked[list] = true
                end
                queues[i] = queue
            end

            local messages, holders, repeated, answer = {}, {}, {}, {}
            for i = 1, tonumber(arg()) do
                local owner, milliseconds, payload = arg(), arg(), arg()
                local unique = owner ~= '' and key()
                local message = {owner = owner, milliseconds = milliseconds, payload = payload, lists = {}, channels = {}}
                local wanting = {}
                for j = 1, tonumber(arg()) do
                    local list, number = key(), tonumber(arg())
                    message.lists[j] = list
                    if number > 0 then wanting[#wanting + 1] = queues[number] end
                    if not checked[list] then
                        redis.call('LLEN', list)
                        checked[list] = true
                    end
                end
                for j = 1, tonumber(arg()) do message.channels[j] = arg() end
                -- A message that no binding matches goes nowhere, and must not hold the key.
                if unique and #message.lists + #message.channels > 0 then
                    answer[i] = holders[unique] or redis.call('GET', unique) or ''
                    if answer[i] == '' then
                        holders[unique], message.unique = owner, unique
                    elseif answer[i] == owner and not holders[unique] then
                        repeated[unique] = milliseconds
                    end
                else
                    answer[i] = ''
                end
                if answer[i] == '' then
                    messages[#messages + 1] = message
                    for _, queue in ipairs(wanting) do queue.wanted = queue.wanted + 1 end
                end
            end

            for i, queue in ipairs(queues) do
                if queue.wanted > 0 and queue.length + queue.wanted > queue.limit then return {i, queue.length} end
            end

            -- A message that has arrived before: its sender may wait for replicas, and Redis waits for what a connection has written.
            for unique, milliseconds in pairs(repeated) do redis.call('PEXPIRE', unique, milliseconds) end

            -- For those who look at the queue. A week after the last message nobody relies on it.
            for _, queue in ipairs(queues) do redis.call('SET', queue.bound, queue.limit, 'EX', 604800) end
            local order, pushed = {}, {}
            for _, message in ipairs(messages) do
                if message.unique then redis.call('SET', message.unique, message.owner, 'PX', message.milliseconds) end
                for _, list in ipairs(message.lists) do
                    if not pushed[list] then
                        order[#order + 1], pushed[list] = list, {}
                    end
                    local payloads = pushed[list]
                    payloads[#payloads + 1] = message.payload
                    if #payloads == 1000 then
                        redis.call('LPUSH', list, unpack(payloads))
                        pushed[list] = {}
                    end
                end
                for _, channel in ipairs(message.channels) do redis.call('PUBLISH', channel, message.payload) end
            end
            for _, list in ipairs(order) do
                if #pushed[list] > 0 then redis.call('LPUSH', list, unpack(pushed[list])) end
            end
            return answer
            """#
    )
}

extension PublishScript {
    /// What the script answers.
    enum Reply: Equatable, Sendable {
        /// It sent the messages; for each the task that has the key, if that is another one.
        case sent(holders: [String?])
        /// It sent nothing, because this queue holds so many messages.
        case full(queue: Int, length: Int)
    }

    /// Writes the keys and arguments for a batch.
    static func encode(_ batch: PublishBatch) -> (keys: [String], arguments: RESPArguments) {
        var (keys, arguments) = ([String](), RESPArguments())
        arguments.append(batch.queues.count)
        for queue in batch.queues {
            keys.append(RedisKeys.companion(.bound, of: queue.name))
            for domain in ClaimDomain.all(of: queue.name) { keys += [domain.list, domain.eta] }
            arguments.append(max(0, queue.bound.maxLength))
        }
        arguments.append(batch.publications.count)
        for publication in batch.publications {
            self.encode(publication, queues: batch.queues.map(\.name), &keys, &arguments)
        }
        return (keys, arguments)
    }

    private static func encode(
        _ publication: RedisPublication,
        queues: [String],
        _ keys: inout [String],
        _ arguments: inout RESPArguments
    ) {
        arguments.append(publication.unique?.taskID ?? "")
        arguments.append(max(1, publication.unique?.key.duration.inMilliseconds ?? 1))
        arguments.append(publication.payload)
        if let unique = publication.unique { keys.append(RedisKeys.unique(unique.key.name)) }
        var (lists, channels) = ([String](), [String]())
        for target in publication.targets {
            switch target {
            case .list(let list): lists.append(list)
            case .channel(let channel): channels.append(channel)
            }
        }
        arguments.append(lists.count)
        for list in lists {
            keys.append(list)
            arguments.append((queues.firstIndex(of: Priority.queue(ofList: list)) ?? -1) + 1)
        }
        arguments.append(channels.count)
        for channel in channels { arguments.append(channel) }
    }

    /// Reads the answer; `nil` if it is none.
    static func decode(_ value: RESPValue, for batch: PublishBatch) -> Reply? {
        guard let parts = value.array else { return nil }
        if parts.count == 2, case .integer(let number) = parts[0], case .integer(let length) = parts[1] {
            guard batch.queues.indices.contains(Int(clamping: number) - 1) else { return nil }
            return .full(queue: Int(clamping: number) - 1, length: Int(clamping: length))
        }
        guard parts.count == batch.publications.count else { return nil }
        return .sent(holders: parts.map { part in part.string.flatMap { $0.isEmpty ? nil : $0 } })
    }
}
