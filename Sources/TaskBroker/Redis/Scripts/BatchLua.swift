/// The Lua that knows how the messages of a batch are kept, shared by the scripts of the claim protocol.
///
/// A batch is what one claim took from one list: it has one lease and a list of its own, `<infl>:<batch>`, in the order of the queue
/// (`docs/decisions/0013-lease-per-claim.md`). Its name is `<nonce>:<number>`; its claims are `<name>:1`, which is the message that was
/// the head of the queue, and so on: claim k stands at index -k. The list is in the slot of its queue, as is all that `KEYS` names.
enum BatchLua {
    /// `gone`: what stands in the place of a message whose claim has ended, while others of its batch go on.
    static let gone = "local gone = '\\0'\n"

    /// The same in bytes.
    static let goneBytes: [UInt8] = [0]

    /// `isForeign(reply)`: whether an error says that somebody keeps something else under the name of a key.
    static let foreign = """
        local function isForeign(reply)
            return type(reply) == 'table' and reply.err and string.find(reply.err, 'WRONGTYPE', 1, true)
        end

        """

    /// `placeOf(infl, id)`: the list of a claim's batch, its number there, and the batch.
    static let place = """
        local function placeOf(infl, id)
            local batch, number = string.match(id, '^(.+):(%d+)$')
            batch = batch or id
            return infl .. ':' .. batch, number or '', batch
        end

        """

    /// `lookAt(list)`: how many claims a batch had, 0 if it is gone or something else has its name; which have ended, by their numbers; and
    /// how many have.
    ///
    /// Without bringing messages into Lua: `LPOS` answers with positions. A batch of one claim goes when that ends. Needs ``gone``
    /// and ``foreign``.
    static let look = """
        local function lookAt(list)
            local length, ended, count = redis.pcall('LLEN', list), {}, 0
            if isForeign(length) then return 0, ended, 0 end
            if type(length) ~= 'number' then length = redis.call('LLEN', list) end
            if length > 1 then
                local places = redis.call('LPOS', list, gone, 'RANK', -1, 'COUNT', 0, 'MAXLEN', \(ClaimBatch.maximumSize))
                for _, place in ipairs(places) do ended[length - place] = true end
                count = #places
            end
            return length, ended, count
        end

        """

    /// `messagesOf(list)`: the messages of a batch that have not ended, the head of the queue last; and its length, 0 if it is gone or something
    /// else has its name.
    ///
    /// No more than there can be: a forged batch must not make a script run for long. Needs ``gone``.
    static let messages = """
        local function messagesOf(list)
            local length, found = redis.pcall('LLEN', list), {}
            if type(length) ~= 'number' then return found, 0 end
            for _, raw in ipairs(redis.call('LRANGE', list, -\(ClaimBatch.maximumSize), -1)) do
                if raw ~= gone then found[#found + 1] = raw end
            end
            return found, length
        end

        """

    /// `seal(held)`: nothing is moved into this batch any more.
    ///
    /// Redis refuses to move a message onto a key that is no list, so that it stays in its queue. An hour is longer than any command that
    /// nobody waits for stays on its way.
    static let seal = "local function seal(held) redis.call('SET', held, '', 'PX', 3600000) end\n"

    /// `sweep(infl, lease, wait, now)`: sees to batches that nobody waits to have filled any more; returns how many.
    ///
    /// What was filled gets a lease that is over, so that the ordinary rule decides when it is taken away. What was not is sealed. While somebody
    /// keeps something else under the name of a key, what it concerns waits. Needs ``foreign`` and ``seal``.
    static let sweep = """
        local function sweep(infl, lease, wait, now)
            local over = redis.pcall('ZRANGEBYSCORE', wait, '-inf', now, 'LIMIT', 0, 100)
            if isForeign(over) then return 0 end
            if over.err then over = redis.call('ZRANGEBYSCORE', wait, '-inf', now, 'LIMIT', 0, 100) end
            -- First, as a write that needs no memory.
            if #over > 0 then redis.call('ZREM', wait, '') end
            for _, batch in ipairs(over) do
                local held, isKept = infl .. ':' .. batch, false
                local length = redis.pcall('LLEN', held)
                if length == 0 then
                    seal(held)
                elseif type(length) == 'number' then
                    local reply = redis.pcall('ZADD', lease, 'NX', now, batch)
                    isKept = isForeign(reply)
                    if type(reply) == 'table' and not isKept then redis.call('ZADD', lease, 'NX', now, batch) end
                end
                if not isKept then redis.call('ZREM', wait, batch) end
            end
            return #over
        end

        """

    /// `removeLease(lease, batch)`: removes a lease, or with an empty name nothing.
    ///
    /// It needs no memory, since Redis refuses the first write of a script at maxmemory if it does; and it fails where Redis takes no
    /// writes at all: that must not look like claims that are lost.
    ///
    /// `endClaims(list, lease, batch, numbers, length, count)`: ends claims that have not ended; the batch and its lease go with the last.
    ///
    /// `length` and `count` are what ``look`` has answered. The numbers are texts, since Redis formats numbers slowly. Returns whether the
    /// messages were there. Both need ``gone`` and ``foreign``.
    static let ending = """
        local function removeLease(lease, batch)
            local reply = redis.pcall('ZREM', lease, batch)
            if type(reply) == 'table' and not isForeign(reply) then redis.call('ZREM', lease, batch) end
        end

        local function endClaims(list, lease, batch, numbers, length, count)
            local isOver = count + #numbers == length
            if isOver and redis.call('DEL', list) == 0 then return false end
            removeLease(lease, isOver and batch or '')
            if not isOver then
                for _, number in ipairs(numbers) do redis.call('LSET', list, '-' .. number, gone) end
            end
            return true
        end

        """
}
