import RedisClient

/// The scripts of the hot path: two end claims with their effects and take new messages, in one step; the third only takes messages.
///
/// `KEYS` and `ARGV` are read from left to right. ``SettleScript/encode(_:)`` writes them in the order of these tables. Nearly all calls
/// acknowledge claims and store at most one result for each. They call ``acknowledge``:
///
/// | `KEYS` | `ARGV` |
/// | --- | --- |
/// | | the database of the results, if it is another one; how many groups (a group = the settlements of one list) |
/// | per group: infl, lease | seconds to keep results, how many batches |
/// | the key of each result | per batch: its name, how many settlements; per settlement: the number of the claim, result or nothing |
/// | the log of revocations, if there are lists; list, infl, lease, dlv, meta per list to claim from | messages wanted, lease in ms, nonce, number of the first list's batch, number of lists, which of them is moved at once |
///
/// All others call ``script``:
///
/// | `KEYS` | `ARGV` |
/// | --- | --- |
/// | every list that a publication goes to, once | how many; per list: how many claims send to it, their ids |
/// | per group: infl, lease, dlv, list, eta, etam, park, dead, deadm | how many groups; per group: how many; per settlement: claim id, operation |
/// | | how many parts and ends of chords; databases of the results and of the broker, if they differ |
/// | the keys of the chord | per part: `P`, claim id, task id, the part, its score, seconds to keep, token |
/// | the keys of the chord without its structure | per end: `E`, claim id, token, `1` after a success |
/// | the key of each result, and each unique key | per settlement: details of its operation, number of effects, the effects |
/// | as the last row above | |
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
/// with the key that holds something of another type and so forbids it. Each list with a count is a batch; the messages of the one that
/// is moved at once are not in the answer, they are read from its list (``SettleScript/Encoded/reading``). The parts are those that
/// completed their chords, the last number is the place where the log of revocations ends, 0 if it is empty or nothing was taken.
enum SettleScript {
    /// Ends claims in every way.
    static let script = RedisScript(
        name: "settle",
        text: BatchLua.gone + BatchLua.foreign + BatchLua.place + BatchLua.look + BatchLua.ending + ObstacleLua.find
            + Self.words + Self.storing + Self.start + Self.chords + Self.reversal
            + Self.ends + Self.claims + Self.results
    )

    /// What a worker calls that has nothing to settle: the last row of the tables alone, with the same answer.
    ///
    /// An idle worker's call is on the way of every lone task, when nothing is in the caches of Redis's processor.
    static let claim = RedisScript(
        name: "claim",
        text: Self.words + Self.reversal + Self.claims
            + "return refusal or {now, {}, runs, raws, counters, blocked, {}, newest}\n"
    )
}

// MARK: - What comes before all else

extension SettleScript {
    /// Reads keys and arguments from left to right, and the time.
    static let words = """
        local call, try = redis.call, redis.pcall
        local keyAt, argAt = 0, 0
        local function key() keyAt = keyAt + 1 return KEYS[keyAt] end
        local function arg() argAt = argAt + 1 return ARGV[argAt] end
        local time = call('TIME')
        local now = time[1] * 1000 + math.floor(time[2] / 1000)

        """

    /// Looks at everything that could fail, before the first write.
    private static let start = #"""
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
            local group = {
                infl = key(), lease = key(), dlv = key(), list = key(), eta = key(), etam = key(), park = key(), dead = key(),
                deadm = key(), count = tonumber(arg()), ids = {}, operations = {}, batches = {},
            }
            groups[i] = group
            local later = obstacle('ZCARD', group.eta, 'HLEN', group.etam)
            local back = obstacle('LLEN', group.list) and later
            local obstacles = {
                r = back, q = back, d = later,
                p = later or obstacle('HLEN', group.park, 'HLEN', group.dlv),
                x = obstacle('ZCARD', group.dead, 'HLEN', group.deadm),
            }
            for k = 1, group.count do
                local id, operation = arg(), arg()
                group.ids[k], group.operations[k] = id, operation
                -- Whose message is not in flight has lost its claim.
                local list, number, name = placeOf(group.infl, id)
                local batch = group.batches[name]
                if not batch then
                    batch = {list = list, numbers = {}}
                    batch.length, batch.ended, batch.count = lookAt(list)
                    group.batches[name] = batch
                end
                number = tonumber(number)
                if number and number > 0 and number <= batch.length and not batch.ended[number] then
                    forbidden[id] = forbidden[id] or obstacles[string.lower(operation)]
                    held[id] = not forbidden[id]
                else
                    forbidden[id] = ''
                end
            end
            removeLease(group.lease, '')
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
}
