import RedisClient

/// The script of the hot path: it ends claims with their effects and takes new messages, in one step.
///
/// `KEYS` and `ARGV` are read from left to right. ``SettleScript/encode(_:)`` writes them in this order:
///
/// | `KEYS` | `ARGV` |
/// | --- | --- |
/// | every list that a publication goes to, once | how many |
/// | | how many parts and ends of chords; databases of the results and of the broker, if they differ |
/// | lease; the keys of the chord | per part: `P`, claim id, task id, the part, its score, seconds to keep, token |
/// | lease; the keys of the chord without its structure | per end: `E`, claim id, token, `1` after a success |
/// | | how many groups (a group = the settlements of one list) |
/// | lease, infl, dlv; list, eta, etam, park, dead, deadm if anything but acknowledging | per group: claims, `1` if it has all nine keys, the claim ids |
/// | the key of each result, and each unique key | per settlement: operation (upper case: has counters), its details, number of effects, the effects |
/// | the log of revocations, if there are lists; list, infl, lease, dlv, meta per list to claim from | messages wanted, lease in ms, prefix and first counter of the new ids, number of lists |
///
/// Operations: `a` acknowledge, `r` release, `q` requeue, `d <due>` delay, `p <due> <task>` park, `x <reason>` dead letter.
/// Effects: `S <payload> <seconds>` result, `L <index> <payload>` message, `P <channel> <payload>` fanout, `K <task id> <ms> <n>`
/// takes a unique key, and without it the next n effects do not happen; `E <index> <n>`: if that end is not ours they do not, either;
/// `G <payload> <seconds>` members of a group, `C <size> <seconds>` size of a chord. `S`, `K` and `G` have a key each, `C` two.
///
/// A claim that has reported the last part of a chord stays: only its results and parts are stored. So are the results of the chords that
/// end with it, which are still to end: the failed body of an inner chord may be what the outer one has waited for.
///
/// The answer is `[now, "101…", [list, count, …], [raw, …], [message, redeliveries, parkings, …], [blocked list, …], [part, …], newest]`: the parts
/// are those that completed their chords, the last number is the place where the log of revocations ends, 0 if it is empty or nothing was taken.
enum SettleScript {
    static let script = RedisScript(
        name: "settle",
        text: ChordLua.part + ChordLua.ownership + ChordLua.end + #"""
            local keyAt, argAt = 0, 0
            local function key() keyAt = keyAt + 1 return KEYS[keyAt] end
            local function arg() argAt = argAt + 1 return ARGV[argAt] end
            local time = redis.call('TIME')
            local now = time[1] * 1000 + math.floor(time[2] / 1000)

            -- Redis does not roll back: what can fail because of a key of a wrong type fails here, before the first write.
            local targets = {}
            for i = 1, tonumber(arg()) do
                targets[i] = key()
                redis.call('LLEN', targets[i])
            end

            -- Chords come before everything else: a claim that completes one does not end.
            local entries, kept, ends, completed = {}, {}, {}, {}
            local entryCount, database, ownDatabase = tonumber(arg()), arg(), arg()
            for i = 1, entryCount do
                local kind, lease, id = arg(), key(), arg()
                local values = {key(), key(), key(), key(), key()}
                if kind == 'P' then values[6] = key() end
                for _ = 1, kind == 'P' and 5 or 2 do values[#values + 1] = arg() end
                entries[i] = {kind = kind, id = id, values = values, isHeld = redis.call('ZSCORE', lease, id)}
                -- The first write is one that needs no memory, see below.
                if i == 1 then redis.call('ZREM', lease, '') end
            end
            if entryCount > 0 and database ~= '' then redis.call('SELECT', database) end
            for i, entry in ipairs(entries) do
                if entry.kind == 'P' and entry.isHeld then
                    -- A key of a wrong type must not stop the queue; its chord is lost anyway.
                    local isDone, isComplete = pcall(chordPart, unpack(entry.values))
                    if isDone and isComplete then
                        kept[entry.id] = true
                        completed[#completed + 1] = i - 1
                    end
                end
            end
            for i, entry in ipairs(entries) do
                if entry.kind == 'E' and entry.isHeld then
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
            if entryCount > 0 and database ~= '' then redis.call('SELECT', ownDatabase) end

            local function reversed(list)
                local result = {}
                for i = #list, 1, -1 do result[#result + 1] = list[i] end
                return result
            end

            -- The store of dead letters is capped: 10,000 of them, 7 days.
            local function trim(dead, deadm)
                local old = redis.call('ZRANGEBYSCORE', dead, '-inf', now - 604800000, 'LIMIT', 0, 100)
                local excess = redis.call('ZCARD', dead) - #old - 10000
                if excess > 0 then
                    local first = #old
                    old = redis.call('ZRANGE', dead, 0, first + math.min(excess, 100) - 1)
                end
                if #old > 0 then
                    redis.call('ZREM', dead, unpack(old))
                    redis.call('HDEL', deadm, unpack(old))
                end
            end

            -- Puts messages at an end of their list, the last of them outermost. While somebody keeps something else under its name
            -- they are put aside, due at once with the outermost first: the tick brings them back as soon as it can.
            local function giveBack(command, list, eta, etam, ids, raws)
                if type(redis.pcall(command, list, unpack(raws))) ~= 'table' then return end
                for i = 1, #ids do
                    redis.call('ZADD', eta, now + #ids - i, ids[i])
                    redis.call('HSET', etam, ids[i], raws[i])
                end
            end

            local accepted, results, groups = {}, {}, {}
            for _ = 1, tonumber(arg()) do
                local count, isFull = tonumber(arg()), arg() == '1'
                local lease, infl, dlv = key(), key(), key()
                local list, eta, etam, park, dead, deadm
                if isFull then list, eta, etam, park, dead, deadm = key(), key(), key(), key(), key(), key() end

                -- Whose lease is gone has lost its claim. ZREM is also the first write: Redis refuses a script at maxmemory
                -- only if its first write is one that needs memory.
                local ids, held = {}, {}
                for i = 1, count do ids[i] = arg() end
                if count == 1 then
                    held[ids[1]] = kept[ids[1]] or redis.call('ZREM', lease, ids[1]) == 1
                else
                    local scores, live = redis.call('ZMSCORE', lease, unpack(ids)), {}
                    for i = 1, count do
                        if scores[i] and not held[ids[i]] then
                            held[ids[i]] = true
                            if not kept[ids[i]] then live[#live + 1] = ids[i] end
                        end
                    end
                    if #live > 0 then redis.call('ZREM', lease, unpack(live)) end
                end

                local ended, released, releasedRaws = {}, {}, {}
                for i = 1, count do
                    local id, operation = ids[i], arg()
                    local kind = string.lower(operation)
                    local isHeld, isKept, hasCounters = held[id], kept[id], kind ~= operation
                    local detail, task
                    if kind == 'd' or kind == 'p' or kind == 'x' then detail = arg() end
                    if kind == 'p' then task = arg() end
                    held[id] = false

                    local raw
                    if isHeld then
                        accepted[#accepted + 1] = '1'
                        if not isKept then
                            ended[#ended + 1] = id
                            if kind ~= 'a' or hasCounters then raw = redis.call('HGET', infl, id) end
                        end
                    else
                        accepted[#accepted + 1] = '0'
                    end
                    if raw then
                        if kind == 'r' then
                            released[#released + 1], releasedRaws[#releasedRaws + 1] = id, raw
                        elseif kind == 'q' then
                            giveBack('LPUSH', list, eta, etam, {id}, {raw})
                        elseif kind == 'd' or kind == 'p' then
                            redis.call('ZADD', eta, detail, id)
                            redis.call('HSET', etam, id, raw)
                            if kind == 'p' then
                                redis.call('HSET', park, id, task)
                                redis.call('HINCRBY', dlv, 'u:' .. redis.sha1hex(raw), 1)
                            end
                        elseif kind == 'x' then
                            redis.call('ZADD', dead, now, id)
                            redis.call('HSET', deadm, id, detail .. '\n' .. raw)
                            trim(dead, deadm)
                        end
                        if hasCounters and (kind == 'a' or kind == 'x') then
                            local digest = redis.sha1hex(raw)
                            redis.call('HDEL', dlv, digest, 'u:' .. digest)
                        end
                    end

                    local skipped = 0
                    for _ = 1, tonumber(arg()) do
                        local effect = arg()
                        local isWanted = isHeld and skipped == 0
                        skipped = math.max(0, skipped - 1)
                        if effect == 'S' then
                            local name, payload, seconds = key(), arg(), arg()
                            if isWanted then results[#results + 1] = {name, payload, seconds} end
                        elseif effect == 'E' then
                            local index, guarded = tonumber(arg()), tonumber(arg())
                            if not ends[index] then skipped = guarded end
                        elseif effect == 'K' then
                            local name, owner, milliseconds, guarded = key(), arg(), arg(), tonumber(arg())
                            local isTaken = isWanted and not isKept
                                and redis.call('SET', name, owner, 'NX', 'PX', milliseconds)
                            if not isTaken then skipped = math.max(skipped, guarded) end
                        elseif effect == 'G' then
                            local name, payload, seconds = key(), arg(), arg()
                            if isWanted and not isKept then groups[#groups + 1] = {name, payload, seconds} end
                        elseif effect == 'C' then
                            local claim, name, size, seconds = key(), key(), arg(), arg()
                            if isWanted and not isKept then groups[#groups + 1] = {name, size, seconds, claim} end
                        else
                            local command, target = 'LPUSH', arg()
                            if effect == 'P' then command = 'PUBLISH' else target = targets[tonumber(target)] end
                            local payload = arg()
                            if isWanted and not isKept then redis.pcall(command, target, payload) end
                        end
                    end
                end
                -- The first of the released was the head of the list and becomes it again.
                if #released > 0 then giveBack('RPUSH', list, eta, etam, reversed(released), reversed(releasedRaws)) end
                if #ended > 0 then redis.call('HDEL', infl, unpack(ended)) end
            end

            local runs, raws, counters, blocked = {}, {}, {}, {}
            local wanted = tonumber(arg())
            local deadline, prefix, counter, lists = now + arg(), arg(), tonumber(arg()), tonumber(arg())
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
                    local notable = redis.call('EXISTS', meta, dlv, revocations)
                    if notable > 0 and newest == 0 then
                        newest = tonumber(redis.pcall('ZREVRANGE', revocations, 0, 0, 'WITHSCORES')[2]) or 0
                    end
                    if newest > 0 then notable = notable - 1 end
                    local isNotable = notable > 0
                    local isBlocked = isNotable and redis.call('HGET', meta, 'paused')
                    local entries, deadlines = {}, {}
                    for i = 1, #taken do
                        local id = prefix .. (counter + i - 1)
                        entries[2 * i - 1], entries[2 * i] = id, taken[i]
                        deadlines[2 * i - 1], deadlines[2 * i] = deadline, id
                    end
                    if not isBlocked then
                        local stored = redis.pcall('HSET', infl, unpack(entries))
                        isBlocked = type(stored) == 'table'
                    end
                    if isBlocked then
                        redis.call('RPUSH', list, unpack(reversed(taken)))
                        blocked[#blocked + 1] = index
                    else
                        redis.call('ZADD', lease, unpack(deadlines))
                        if isNotable then
                            local fields = {}
                            for i = 1, #taken do
                                local digest = redis.sha1hex(taken[i])
                                fields[2 * i - 1], fields[2 * i] = digest, 'u:' .. digest
                            end
                            local found = redis.call('HMGET', dlv, unpack(fields))
                            for i = 1, #taken do
                                if found[2 * i - 1] or found[2 * i] then
                                    counters[#counters + 1] = #raws + i - 1
                                    counters[#counters + 1] = tonumber(found[2 * i - 1] or 0)
                                    counters[#counters + 1] = tonumber(found[2 * i] or 0)
                                end
                            end
                        end
                        for i = 1, #taken do raws[#raws + 1] = taken[i] end
                        runs[#runs + 1], runs[#runs + 2] = index, #taken
                        counter, wanted = counter + #taken, wanted - #taken
                    end
                end
            end

            -- Last, because the selected database lasts until the script ends. SET NX stores the first result of a task with one
            -- command; only if there is one already it has to be looked at, since SUCCESS is never overwritten.
            if #results + #groups > 0 and database ~= '' then redis.call('SELECT', database) end
            for _, group in ipairs(groups) do
                if group[4] then redis.call('DEL', group[4]) end
                redis.call('SET', group[1], group[2])
                if group[3] ~= '' then redis.call('EXPIRE', group[1], group[3]) end
            end
            for _, result in ipairs(results) do
                local name, payload = result[1], result[2]
                local options = {}
                if result[3] ~= '' then options = {'EX', result[3]} end
                local isStored = redis.call('SET', name, payload, 'NX', unpack(options))
                if not isStored then
                    local old = redis.pcall('GET', name)
                    if type(old) ~= 'string' or not string.find(old, '^{"status": ?"SUCCESS"') then
                        isStored = redis.call('SET', name, payload, unpack(options))
                    end
                end
                -- An announcement is a hint. A user without rights on the channel must not lose the results after it.
                if isStored then redis.pcall('PUBLISH', name, payload) end
            end
            return {now, table.concat(accepted), runs, raws, counters, blocked, completed, newest}
            """#
    )
}
