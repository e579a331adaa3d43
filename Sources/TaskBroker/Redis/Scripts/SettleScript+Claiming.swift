extension SettleScript {
    /// A list from its end.
    static let reversal = #"""
        local function reversed(list)
            local result = {}
            for i = #list, 1, -1 do result[#result + 1] = list[i] end
            return result
        end

        """#

    /// Takes new messages.
    ///
    /// Of one list, which has many, they are moved at once: what becomes a string of Lua is copied and hashed byte by byte, for a message a
    /// fifth of all that a task costs Redis. `SORT` without sorting copies a part of a list, whose length it does not depend on.
    static let claims = #"""
        local runs, raws, counters, blocked, sum, refusal = {}, {}, {}, {}, 0
        local wanted = tonumber(arg())
        local deadline, nonce, number, lists, moved = now + arg(), arg(), tonumber(arg()), tonumber(arg()), tonumber(arg())

        -- Moves messages without knowing them; returns how many, or nothing if that may not be done.
        local function move(list, held)
            local length = try('LLEN', list)
            if length == 0 or type(length) == 'table' then return length end
            -- Redis refuses the first write at maxmemory if it needs memory.
            call('DEL', held)
            local count = try('SORT', list, 'BY', 'nosort', 'LIMIT', math.max(0, length - wanted), wanted, 'STORE', held)
            if type(count) == 'number' and not try('LTRIM', list, 0, -count - 1).err then return count end
            call('DEL', held)
        end

        -- Moves messages from the head of a list into that of a batch; returns how many, and themselves if they are known.
        local function take(list, held, isMoved)
            local count = isMoved and move(list, held)
            if count then return count end
            if wanted == 1 then
                local message = try('LMOVE', list, held, 'RIGHT', 'LEFT')
                if type(message) == 'string' then return 1, {message} end
                -- At maxmemory a removal has to be first.
                if not message then return 0 end
                if not string.find(message.err, 'OOM', 1, true) then return message end
            end
            local taken = try('RPOP', list, wanted)
            if not taken or taken.err then return taken or 0 end
            local reply = try('LPUSH', held, unpack(taken))
            if type(reply) == 'number' then return #taken, taken end
            call('RPUSH', list, unpack(reversed(taken)))
            return reply
        end

        local revocations, newest = lists > 0 and key(), 0
        for index = 0, lists - 1 do
            local list, infl, lease, dlv, meta = key(), key(), key(), key(), key()
            local batch = nonce .. ':' .. (number + index)
            local held, count, taken = infl .. ':' .. batch, 0
            if wanted > 0 then count, taken = take(list, held, index == moved) end
            if type(count) == 'table' then
                -- A server that refuses all writes refuses this one, the first, too; that must not look like an empty list.
                if not string.find(count.err, 'WRONGTYPE', 1, true) then
                    refusal = count
                    break
                end
                -- Somebody keeps something else under this name: it must not stop the other queues.
                blocked[#blocked + 1] = index
            elseif count > 0 then
                -- None of the keys exists in everyday life, so that one look at all replaces three.
                local notable = call('EXISTS', meta, dlv, revocations)
                if notable > 0 and newest == 0 then
                    newest = tonumber(try('ZREVRANGE', revocations, 0, 0, 'WITHSCORES')[2]) or 0
                end
                if newest > 0 then notable = notable - 1 end
                local isNotable = notable > 0
                if isNotable and not taken then taken = reversed(call('LRANGE', held, 0, -1)) end
                -- An error is no reason to take messages either.
                local isBlocked = isNotable and (try('HGET', meta, 'paused') or type(try('HLEN', dlv)) == 'table')
                if isBlocked or type(try('ZADD', lease, deadline, batch)) == 'table' then
                    call('RPUSH', list, unpack(taken and reversed(taken) or call('LRANGE', held, 0, -1)))
                    call('DEL', held)
                    blocked[#blocked + 1] = index
                    count = 0
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
                            counters[#counters + 1] = sum + i - 1
                            counters[#counters + 1] = tonumber(found[2 * i - 1] or 0)
                            counters[#counters + 1] = tonumber(found[2 * i] or 0)
                        end
                    end
                end
                if count > 0 then
                    runs[#runs + 1], runs[#runs + 2] = index, count
                    if index ~= moved then for i = 1, count do raws[#raws + 1] = taken[i] end end
                    sum, wanted = sum + count, wanted - count
                end
            end
        end

        """#

    /// Stores what goes into another database: last, because the selection lasts until the script ends.
    static let results = #"""
        if #results + #saved > 0 and database ~= '' then call('SELECT', database) end
        for _, group in ipairs(saved) do
            if group[4] then call('DEL', group[4]) end
            call('SET', group[1], group[2])
            if group[3] ~= '' then call('EXPIRE', group[1], group[3]) end
        end
        for _, result in ipairs(results) do store(unpack(result)) end
        -- What has ended has its result before.
        return refusal or {now, exceptions, runs, raws, counters, blocked, completed, newest}
        """#
}
