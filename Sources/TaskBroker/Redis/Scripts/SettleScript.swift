import RedisClient

/// The script of the hot path: it ends claims with their effects and takes new messages, in one step.
///
/// `KEYS` and `ARGV` are read from left to right. ``SettleScript/encode(_:)`` writes them in this order:
///
/// | `KEYS` | `ARGV` |
/// | --- | --- |
/// | every list that a publication goes to, once | how many; per list: how many claims send to it, their ids |
/// | per group: infl, lease, ended; if it is not plain: dlv, list, eta, etam, park, dead, deadm | how many groups (a group = the settlements of one list); per group: how many, `1` if it is plain; if not: per settlement: claim id, operation |
/// | | how many parts and ends of chords; databases of the results and of the broker, if they differ |
/// | the keys of the chord | per part: `P`, claim id, task id, the part, its score, seconds to keep, token |
/// | the keys of the chord without its structure | per end: `E`, claim id, token, `1` after a success |
/// | the key of each result | per plain group: seconds to keep results, how many batches; per batch: its name, how many settlements; per settlement: claim id, result or nothing |
/// | the key of each result, and each unique key | per settlement of another group: details of its operation, number of effects, the effects |
/// | the log of revocations, if there are lists; list, infl, lease, dlv, meta per list to claim from | messages wanted, lease in ms, nonce, number of the first batch, number of lists |
///
/// A plain group acknowledges, and stores at most one result for each message: nearly all settlements, so they have a loop without
/// anything else in it.
///
/// Operations: `a` acknowledge, `r` release, `q` requeue, `d <due>` delay, `p <due> <task>` park, `x <reason>` dead letter; upper case:
/// has counters.
/// Effects: `S <payload> <seconds>` result, `L <index> <payload>` message, `P <channel> <payload>` fanout, `K <task id> <ms> <n>`
/// takes a unique key, and without it the next n effects do not happen; `E <index> <n>`: if that end is not ours they do not, either;
/// `G <payload> <seconds>` members of a group, `C <size> <seconds>` size of a chord. `S`, `K` and `G` have a key each, `C` two.
///
/// A claim that has reported the last part of a chord stays: only its results and parts are stored. So are the results of the chords that
/// end with it, which are still to end: the failed body of an inner chord may be what the outer one has waited for.
///
/// The answer is `[now, [settlement, key, …], [list, count, …], [raw, …], [message, redeliveries, parkings, …], [blocked list, …], [part, …], newest]`.
/// The settlements are those that did not happen, in the order of the call: with nothing for a key if the claim was not held any more, or
/// with the key that holds something of another type and so forbids it. Each list with a count is a batch. The parts are those that
/// completed their chords, the last number is the place where the log of revocations ends, 0 if it is empty or nothing was taken.
enum SettleScript {
    static let script = RedisScript(
        name: "settle",
        text: BatchLua.size + BatchLua.close + ObstacleLua.find + Self.start + Self.chords + Self.plainEnds + Self.ends
            + Self.claims + Self.results
    )
}

// MARK: - The parts of the script

extension SettleScript {
    /// Looks at everything that could fail, before the first write.
    private static let start = #"""
        local call = redis.call
        local keyAt, argAt = 0, 0
        local function key() keyAt = keyAt + 1 return KEYS[keyAt] end
        local function arg() argAt = argAt + 1 return ARGV[argAt] end
        local time = call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)

        -- What forbids the settlement of a claim: somebody keeps something else under the name of a key.
        local forbidden = {}
        local targets = {}
        for i = 1, tonumber(arg()) do
            targets[i] = key()
            local found = obstacle('LLEN', targets[i])
            for _ = 1, tonumber(arg()) do
                local id = arg()
                forbidden[id] = forbidden[id] or found
            end
        end

        local groups, held = {}, {}
        for i = 1, tonumber(arg()) do
            local group = {infl = key(), lease = key(), ended = key(), count = tonumber(arg()), isPlain = arg() == '1'}
            groups[i] = group
            if not group.isPlain then
                group.dlv, group.list, group.eta, group.etam = key(), key(), key(), key()
                group.park, group.dead, group.deadm = key(), key(), key()
                local isThere = not obstacle('HLEN', group.infl)
                local later = obstacle('ZCARD', group.eta, 'HLEN', group.etam)
                local back = obstacle('LLEN', group.list) and later
                local obstacles = {
                    r = back, q = back, d = later,
                    p = later or obstacle('HLEN', group.park, 'HLEN', group.dlv),
                    x = obstacle('ZCARD', group.dead, 'HLEN', group.deadm),
                }
                group.ids, group.operations = {}, {}
                for k = 1, group.count do
                    local id, operation = arg(), arg()
                    group.ids[k], group.operations[k] = id, operation
                    -- Whose message is not in flight has lost its claim.
                    if not isThere or call('HEXISTS', group.infl, id) == 0 then
                        forbidden[id] = ''
                    else
                        forbidden[id] = forbidden[id] or obstacles[string.lower(operation)]
                        held[id] = not forbidden[id]
                    end
                end
                -- Redis refuses a script at maxmemory only if its first write is one that needs memory.
                if isThere then call('HDEL', group.infl, '') end
            end
        end

        """#

    /// Chords come before everything else: a claim that completes one does not end.
    ///
    /// Most calls have none. Functions are made anew by each call that comes to them, so these stand where few do.
    private static let chords =
        #"""
        local kept, ends, completed = {}, {}, {}
        local entryCount, database, ownDatabase = tonumber(arg()), arg(), arg()
        if entryCount > 0 then

        """# + ChordLua.part + ChordLua.ownership + ChordLua.end + #"""
                local entries = {}
                for i = 1, entryCount do
                    local kind, id = arg(), arg()
                    local values = {key(), key(), key(), key(), key()}
                    if kind == 'P' then values[6] = key() end
                    for _ = 1, kind == 'P' and 5 or 2 do values[#values + 1] = arg() end
                    entries[i] = {kind = kind, id = id, values = values}
                end
                if database ~= '' then call('SELECT', database) end
                for i, entry in ipairs(entries) do
                    if entry.kind == 'P' and held[entry.id] then
                        -- A key of a wrong type must not stop the queue; its chord is lost anyway.
                        local isDone, isComplete = pcall(chordPart, unpack(entry.values))
                        if isDone and isComplete then
                            kept[entry.id] = true
                            completed[#completed + 1] = i - 1
                        end
                    end
                end
                for i, entry in ipairs(entries) do
                    if entry.kind == 'E' and held[entry.id] then
                        local j, t, s, d, c, token, success = unpack(entry.values)
                        local isDone, isOurs
                        if kept[entry.id] then
                            isDone, isOurs = pcall(chordIsOurs, s, c, token)
                        else
                            isDone, isOurs = pcall(chordEnd, j, t, s, d, c, token, success == '1')
                        end
                        ends[i - 1] = isDone and isOurs
                    end
                end
                if database ~= '' then call('SELECT', ownDatabase) end
            end

            """#

    /// Acknowledges, and stores results where that may be done at once.
    private static let plainEnds = #"""
        -- SET NX stores the first result of a task with one command; only if there is one already it has to be looked at, since
        -- SUCCESS is never overwritten.
        local function set(name, payload, seconds, ...)
            if seconds == '' then return call('SET', name, payload, ...) end
            return call('SET', name, payload, 'EX', seconds, ...)
        end

        local function store(name, payload, seconds)
            local isStored = set(name, payload, seconds, 'NX')
            if not isStored then
                local old = redis.pcall('GET', name)
                if type(old) ~= 'string' or not string.find(old, '^{"status": ?"SUCCESS"') then
                    isStored = set(name, payload, seconds)
                end
            end
            -- An announcement is a hint. A user without rights on the channel must not lose the results after it.
            if isStored then redis.pcall('PUBLISH', name, payload) end
        end

        -- The message itself is the fence: whose it is not in flight has lost its claim. A removal needs no memory, so that it may be
        -- the first write at maxmemory.
        local function remove(infl, id)
            local removed = redis.pcall('HDEL', infl, id)
            if removed == 1 or removed == 0 then return removed == 1 end
            if not string.find(removed.err, 'WRONGTYPE', 1, true) then call('HDEL', infl, id) end
            return false
        end

        local position, exceptions, results, saved = -1, {}, {}, {}
        local function endPlainly(group)
            local infl, seconds = group.infl, arg()
            for _ = 1, tonumber(arg()) do
                local batch, removed = arg(), 0
                for _ = 1, tonumber(arg()) do
                    local id, payload = ARGV[argAt + 1], ARGV[argAt + 2]
                    argAt, position = argAt + 2, position + 1
                    local name = payload ~= '' and key()
                    if remove(infl, id) then
                        removed = removed + 1
                        if name and database == '' then
                            store(name, payload, seconds)
                        elseif name then
                            results[#results + 1] = {name, payload, seconds}
                        end
                    else
                        exceptions[#exceptions + 1], exceptions[#exceptions + 2] = position, ''
                    end
                end
                if removed > 0 then closeClaims(group.lease, group.ended, batch, removed) end
            end
        end

        """#

    /// Ends claims in every other way.
    private static let ends =
        #"""
        local function reversed(list)
            local result = {}
            for i = #list, 1, -1 do result[#result + 1] = list[i] end
            return result
        end

        local function endEach(group)

        """# + BatchLua.batch + #"""
                -- The store of dead letters is capped: 10,000 of them, 7 days.
                local function trim(dead, deadm)
                    local old = call('ZRANGEBYSCORE', dead, '-inf', now - 604800000, 'LIMIT', 0, 100)
                    local excess = call('ZCARD', dead) - #old - 10000
                    if excess > 0 then
                        local first = #old
                        old = call('ZRANGE', dead, 0, first + math.min(excess, 100) - 1)
                    end
                    if #old > 0 then
                        call('ZREM', dead, unpack(old))
                        call('HDEL', deadm, unpack(old))
                    end
                end

                -- Puts messages at an end of their list, the last of them outermost. While somebody keeps something else under its name
                -- they are put aside, due at once with the outermost first: the tick brings them back as soon as it can.
                local function giveBack(command, group, ids, raws)
                    if type(redis.pcall(command, group.list, unpack(raws))) ~= 'table' then return end
                    for i = 1, #ids do
                        call('ZADD', group.eta, now + #ids - i, ids[i])
                        call('HSET', group.etam, ids[i], raws[i])
                    end
                end

                local function place(group, id, raw, kind, detail, task, hasCounters)
                    if kind == 'q' then
                        giveBack('LPUSH', group, {id}, {raw})
                    elseif kind == 'd' or kind == 'p' then
                        call('ZADD', group.eta, detail, id)
                        call('HSET', group.etam, id, raw)
                        if kind == 'p' then
                            call('HSET', group.park, id, task)
                            redis.pcall('HINCRBY', group.dlv, 'u:' .. redis.sha1hex(raw), 1)
                        end
                    elseif kind == 'x' then
                        call('ZADD', group.dead, now, id)
                        call('HSET', group.deadm, id, detail .. '\n' .. raw)
                        trim(group.dead, group.deadm)
                    end
                    if hasCounters and (kind == 'a' or kind == 'x') then
                        local digest = redis.sha1hex(raw)
                        redis.pcall('HDEL', group.dlv, digest, 'u:' .. digest)
                    end
                end

                -- What follows from a settlement, or would if it were wanted.
                local function readEffects(isWanted, isKept)
                    local skipped = 0
                    for _ = 1, tonumber(arg()) do
                        local effect = arg()
                        local isNow = isWanted and skipped == 0
                        skipped = math.max(0, skipped - 1)
                        if effect == 'S' then
                            local name, payload, seconds = key(), arg(), arg()
                            if isNow then results[#results + 1] = {name, payload, seconds} end
                        elseif effect == 'E' then
                            local index, guarded = tonumber(arg()), tonumber(arg())
                            if not ends[index] then skipped = guarded end
                        elseif effect == 'K' then
                            local name, owner, milliseconds, guarded = key(), arg(), arg(), tonumber(arg())
                            local isTaken = isNow and not isKept and call('SET', name, owner, 'NX', 'PX', milliseconds)
                            if not isTaken then skipped = math.max(skipped, guarded) end
                        elseif effect == 'G' then
                            local name, payload, seconds = key(), arg(), arg()
                            if isNow and not isKept then saved[#saved + 1] = {name, payload, seconds} end
                        elseif effect == 'C' then
                            local claim, name, size, seconds = key(), key(), arg(), arg()
                            if isNow and not isKept then saved[#saved + 1] = {name, size, seconds, claim} end
                        else
                            local command, target = 'LPUSH', arg()
                            if effect == 'P' then command = 'PUBLISH' else target = targets[tonumber(target)] end
                            local payload = arg()
                            if isNow and not isKept then redis.pcall(command, target, payload) end
                        end
                    end
                end

                local ended, counts, released, releasedRaws = {}, {}, {}, {}
                for i = 1, group.count do
                    local id, operation = group.ids[i], group.operations[i]
                    local kind = string.lower(operation)
                    local hasCounters = kind ~= operation
                    position = position + 1
                    local detail, task
                    if kind == 'd' or kind == 'p' or kind == 'x' then detail = arg() end
                    if kind == 'p' then task = arg() end
                    local isHeld = held[id]
                    if not isHeld then exceptions[#exceptions + 1], exceptions[#exceptions + 2] = position, forbidden[id] or '' end
                    if isHeld and not kept[id] then
                        held[id] = nil
                        ended[#ended + 1] = id
                        local batch = batchOf(id)
                        counts[batch] = (counts[batch] or 0) + 1
                        local raw = (kind ~= 'a' or hasCounters) and call('HGET', group.infl, id)
                        if kind == 'r' then
                            released[#released + 1], releasedRaws[#releasedRaws + 1] = id, raw
                        elseif raw then
                            place(group, id, raw, kind, detail, task, hasCounters)
                        end
                    end
                    readEffects(isHeld, kept[id])
                end
                -- The first of the released was the head of the list and becomes it again.
                if #released > 0 then giveBack('RPUSH', group, reversed(released), reversed(releasedRaws)) end
                if #ended > 0 then call('HDEL', group.infl, unpack(ended)) end
                for batch, count in pairs(counts) do closeClaims(group.lease, group.ended, batch, count) end
            end

            for _, group in ipairs(groups) do
                if group.isPlain then endPlainly(group) else endEach(group) end
            end

            """#

    /// Takes new messages.
    private static let claims = #"""
        local runs, raws, counters, blocked = {}, {}, {}, {}
        local wanted = tonumber(arg())
        local deadline, nonce, number, lists = now + arg(), arg(), tonumber(arg()), tonumber(arg())

        -- Makes batches of messages, which are nowhere at this moment; returns how many of them have become claims. All do, unless
        -- somebody keeps something else under the name of a key.
        local function hold(index, infl, lease, taken)
            local largest = \#(BatchLua.maximumSize)
            for first = 1, #taken, largest do
                local size = math.min(largest, #taken - first + 1)
                local batch = nonce .. ':' .. number .. ':' .. size
                local entries = {}
                for i = 1, size do entries[2 * i - 1], entries[2 * i] = batch .. ':' .. i, taken[first + i - 1] end
                if type(redis.pcall('ZADD', lease, deadline, batch)) == 'table' then return first - 1 end
                if type(redis.pcall('HSET', infl, unpack(entries))) == 'table' then
                    call('ZREM', lease, batch)
                    return first - 1
                end
                runs[#runs + 1], runs[#runs + 2] = index, size
                number = number + 1
            end
            return #taken
        end

        local revocations, newest = lists > 0 and key(), 0
        for index = 0, lists - 1 do
            local list, infl, lease, dlv, meta = key(), key(), key(), key(), key()
            local taken = wanted > 0 and redis.pcall('RPOP', list, wanted)
            if taken and taken.err then
                -- A server that refuses all writes refuses this one, the first, too; that must not look like an empty list.
                if not string.find(taken.err, 'WRONGTYPE', 1, true) then return taken end
                -- Somebody keeps something else under this name: it must not stop the other queues.
                blocked[#blocked + 1] = index
            elseif taken and #taken > 0 then
                -- None of the keys exists in everyday life, so that one look at all replaces three.
                local notable = call('EXISTS', meta, dlv, revocations)
                if notable > 0 and newest == 0 then
                    newest = tonumber(redis.pcall('ZREVRANGE', revocations, 0, 0, 'WITHSCORES')[2]) or 0
                end
                if newest > 0 then notable = notable - 1 end
                local isNotable, count = notable > 0, 0
                -- An error is no reason to take messages either.
                local isBlocked = isNotable
                    and (redis.pcall('HGET', meta, 'paused') or type(redis.pcall('HLEN', dlv)) == 'table')
                if not isBlocked then count = hold(index, infl, lease, taken) end
                if count < #taken then
                    call('RPUSH', list, unpack(reversed(taken), 1, #taken - count))
                    blocked[#blocked + 1] = index
                end
                if isNotable and count > 0 then
                    local fields = {}
                    for i = 1, count do
                        local digest = redis.sha1hex(taken[i])
                        fields[2 * i - 1], fields[2 * i] = digest, 'u:' .. digest
                    end
                    local found = call('HMGET', dlv, unpack(fields))
                    for i = 1, count do
                        if found[2 * i - 1] or found[2 * i] then
                            counters[#counters + 1] = #raws + i - 1
                            counters[#counters + 1] = tonumber(found[2 * i - 1] or 0)
                            counters[#counters + 1] = tonumber(found[2 * i] or 0)
                        end
                    end
                end
                for i = 1, count do raws[#raws + 1] = taken[i] end
                wanted = wanted - count
            end
        end

        """#

    /// Stores what goes into another database: last, because the selection lasts until the script ends.
    private static let results = #"""
        if #results + #saved > 0 and database ~= '' then call('SELECT', database) end
        for _, group in ipairs(saved) do
            if group[4] then call('DEL', group[4]) end
            call('SET', group[1], group[2])
            if group[3] ~= '' then call('EXPIRE', group[1], group[3]) end
        end
        for _, result in ipairs(results) do store(unpack(result)) end
        return {now, exceptions, runs, raws, counters, blocked, completed, newest}
        """#
}
