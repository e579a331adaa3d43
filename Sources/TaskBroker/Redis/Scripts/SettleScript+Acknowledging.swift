import RedisClient

extension SettleScript {
    /// Acknowledges, and stores a result for each claim that has one: nearly all settlements, so they have a script without anything else.
    ///
    /// Each call makes the functions of its script anew, and each argument becomes a string of Lua: what is not here is what makes it fast.
    static let acknowledge = RedisScript(
        name: "acknowledge",
        text: BatchLua.gone + BatchLua.foreign + BatchLua.look + BatchLua.ending + Self.words + Self.storing
            + Self.acknowledging + Self.reversal + Self.claims + Self.results
    )

    /// Stores results.
    static let storing = #"""
        -- SUCCESS is never overwritten.
        local function replace(name, payload, seconds)
            local old = try('GET', name)
            if type(old) == 'string' and string.find(old, '^{"status": ?"SUCCESS"') then return false end
            if seconds == '' then return call('SET', name, payload) end
            return call('SET', name, payload, 'EX', seconds)
        end

        -- SET NX stores the first result of a task with one command; only if there is one already it has to be looked at.
        local function store(name, payload, seconds)
            local isStored
            if seconds == '' then
                isStored = call('SET', name, payload, 'NX')
            else
                isStored = call('SET', name, payload, 'EX', seconds, 'NX')
            end
            -- An announcement is a hint. A user without rights on the channel must not lose the results after it.
            if isStored or replace(name, payload, seconds) then try('PUBLISH', name, payload) end
        end

        """#

    /// The settlements of ``acknowledge``.
    ///
    /// The message in the list of its batch is the fence: whose is not there any more has lost its claim.
    private static let acknowledging = #"""
        local position, exceptions, results, saved, completed = -1, {}, {}, {}, {}
        local database = arg()
        for _ = 1, tonumber(arg()) do
            local infl, lease, seconds = key(), key(), arg()
            for _ = 1, tonumber(arg()) do
                local batch, settlements = arg(), tonumber(arg())
                local list = infl .. ':' .. batch
                local length, ended, count = lookAt(list)
                local numbers, accepted, seen, last = {}, {}, {}, tostring(length)
                for i = 1, settlements do
                    local number = ARGV[argAt + 2 * i - 1]
                    -- Who is named twice ends once.
                    local isInside = #number < #last or #number == #last and number <= last
                    if isInside and not seen[number] and (count == 0 or not ended[tonumber(number)]) then
                        seen[number], accepted[i], numbers[#numbers + 1] = true, true, number
                    end
                end
                local isHeld = #numbers > 0 and endClaims(list, lease, batch, numbers, length, count)
                -- A server that takes no writes must not say of claims that they are lost.
                if not isHeld then removeLease(lease, '') end
                for i = 1, settlements do
                    local payload = ARGV[argAt + 2]
                    argAt, position = argAt + 2, position + 1
                    local name = payload ~= '' and key()
                    if not isHeld or not accepted[i] then
                        exceptions[#exceptions + 1], exceptions[#exceptions + 2] = position, ''
                    elseif name and database == '' then
                        store(name, payload, seconds)
                    elseif name then
                        results[#results + 1] = {name, payload, seconds}
                    end
                end
            end
        end

        """#
}
