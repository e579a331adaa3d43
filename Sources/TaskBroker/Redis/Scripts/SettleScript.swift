import RedisClient

/// The script of the hot path: it ends claims with their effects and takes new messages, in one step.
///
/// `KEYS` and `ARGV` are read from left to right. ``SettleScript/encode(_:)`` writes them in this order:
///
/// | `KEYS` | `ARGV` |
/// | --- | --- |
/// | every list that a publication goes to, once | how many |
/// | | how many groups (a group = the settlements of one list) |
/// | lease, infl, dlv; list, eta, etam, park, dead, deadm if anything but acknowledging | per group: claims, `1` if it has all nine keys, the claim ids |
/// | the key of each result, and each unique key | per settlement: operation (upper case: has counters), its details, number of effects, the effects |
/// | list, infl, lease, dlv, meta per list to claim from | messages wanted, lease in ms, prefix and first counter of the new ids, number of lists |
/// | | number of the database of the results, or nothing |
///
/// Operations: `a` acknowledge, `r` release, `q` requeue, `d <due>` delay, `p <due> <task>` park, `x <reason>` dead letter.
/// Effects: `S <payload> <seconds>` result, `L <index> <payload>` message, `P <channel> <payload>` fanout, `K <task id> <ms> <n>`
/// takes a unique key, and without it the next n effects do not happen. `S` and `K` have a key each.
///
/// The answer is `[now, "101…", [list, count, …], [raw, …], [message, redeliveries, parkings, …], [blocked list, …]]`.
enum SettleScript {
    static let script = RedisScript(
        name: "settle",
        text: #"""
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

            local accepted, results = {}, {}
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
                    held[ids[1]] = redis.call('ZREM', lease, ids[1]) == 1
                else
                    local scores, live = redis.call('ZMSCORE', lease, unpack(ids)), {}
                    for i = 1, count do
                        if scores[i] and not held[ids[i]] then
                            held[ids[i]] = true
                            live[#live + 1] = ids[i]
                        end
                    end
                    if #live > 0 then redis.call('ZREM', lease, unpack(live)) end
                end

                local ended, released = {}, {}
                for i = 1, count do
                    local id, operation = ids[i], arg()
                    local kind = string.lower(operation)
                    local isHeld, hasCounters = held[id], kind ~= operation
                    local detail, task
                    if kind == 'd' or kind == 'p' or kind == 'x' then detail = arg() end
                    if kind == 'p' then task = arg() end
                    held[id] = false

                    local raw
                    if isHeld then
                        accepted[#accepted + 1] = '1'
                        ended[#ended + 1] = id
                        if kind ~= 'a' or hasCounters then raw = redis.call('HGET', infl, id) end
                    else
                        accepted[#accepted + 1] = '0'
                    end
                    if raw then
                        if kind == 'r' then
                            released[#released + 1] = raw
                        elseif kind == 'q' then
                            redis.call('LPUSH', list, raw)
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
                        if effect == 'S' then
                            local name, payload, seconds = key(), arg(), arg()
                            if isHeld then results[#results + 1] = {name, payload, seconds} end
                        elseif effect == 'K' then
                            local name, owner, milliseconds, guarded = key(), arg(), arg(), tonumber(arg())
                            if isHeld and not redis.call('SET', name, owner, 'NX', 'PX', milliseconds) then
                                skipped = guarded
                            end
                        else
                            local command, target = 'LPUSH', arg()
                            if effect == 'P' then command = 'PUBLISH' else target = targets[tonumber(target)] end
                            local payload = arg()
                            if isHeld and skipped == 0 then redis.pcall(command, target, payload) end
                            skipped = math.max(0, skipped - 1)
                        end
                    end
                end
                -- The first of the released was the head of the list and becomes it again.
                if #released > 0 then redis.call('RPUSH', list, unpack(reversed(released))) end
                if #ended > 0 then redis.call('HDEL', infl, unpack(ended)) end
            end

            local runs, raws, counters, blocked = {}, {}, {}, {}
            local wanted = tonumber(arg())
            local deadline, prefix, counter, lists = now + arg(), arg(), tonumber(arg()), tonumber(arg())
            for index = 0, lists - 1 do
                local list, infl, lease, dlv, meta = key(), key(), key(), key(), key()
                local taken = wanted > 0 and redis.pcall('RPOP', list, wanted)
                if taken and taken.err then
                    -- Somebody keeps something else under this name: it must not stop the other queues.
                    blocked[#blocked + 1] = index
                elseif taken and #taken > 0 then
                    -- Neither key exists in everyday life, so that one look at both replaces two.
                    local isNotable = redis.call('EXISTS', meta, dlv) > 0
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
            local database = arg()
            if #results > 0 and database ~= '' then redis.call('SELECT', database) end
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
            return {now, table.concat(accepted), runs, raws, counters, blocked}
            """#
    )
}
