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
    static let claims = #"""
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
    static let results = #"""
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
