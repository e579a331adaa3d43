extension SettleScript {
    /// Ends claims in every way, one after the other.
    static let ends = #"""
        local position, exceptions, results, saved = -1, {}, {}, {}
        local function endEach(group)
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

            local released, releasedRaws = {}, {}
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
                    local list, number, name = placeOf(group.infl, id)
                    table.insert(group.batches[name].numbers, number)
                    local raw = (kind ~= 'a' or hasCounters) and call('LINDEX', list, '-' .. number)
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
            for name, batch in pairs(group.batches) do
                if #batch.numbers > 0 then
                    endClaims(batch.list, group.lease, name, batch.numbers, batch.length, batch.count)
                end
            end
        end

        for _, group in ipairs(groups) do endEach(group) end

        """#
}
