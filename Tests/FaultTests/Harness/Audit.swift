import TestSupport

/// What lies in Redis at one instant, and whether it agrees with itself: the invariants of reliability.md §4.4, read by a script of
/// our own that knows the keys and nothing of the code that writes them.
struct Audit: Sendable {
    var waiting = 0
    var inFlight = 0
    var delayed = 0
    var dead = 0
    /// Violated invariants, in words.
    var violations: [String] = []

    /// Whether nobody has anything left to do.
    var isIdle: Bool { self.waiting + self.inFlight + self.delayed == 0 }
}

extension Audit {
    /// Looks at a server.
    ///
    /// - Throws: When the server does not answer.
    init(of server: RedisServer) async throws {
        let answer = try await server.cli("EVAL", Self.script, "0")
        let lines = answer.split(separator: "\n")
        let counts = lines.first?.split(separator: " ").compactMap { Int($0) } ?? []
        guard counts.count == 4 else { throw TimedOut(description: "no audit: \(answer.prefix(500))") }
        (self.waiting, self.inFlight, self.delayed, self.dead) = (counts[0], counts[1], counts[2], counts[3])
        self.violations = lines.dropFirst().map(String.init)
    }

    /// The list `ledger` is left out: its messages are the record of what was accepted, and nobody takes them.
    private static let script = #"""
        local waiting, inFlight, delayed, dead, problems, places = 0, 0, 0, 0, {}, {}
        local function problem(text) if #problems < 20 then problems[#problems + 1] = text end end
        -- I1: a message is in one place. Ids of messages are those of their tasks, which are sent once.
        local function place(raw, where)
            local id = string.match(raw, '"id": ?"([^"]+)"') or raw
            if places[id] then problem('I1 ' .. id .. ' in ' .. places[id] .. ' and in ' .. where) end
            places[id] = where
        end
        local function set(items)
            local result = {}
            for _, item in ipairs(items) do result[item] = true end
            return result
        end
        local function within(part, whole, text)
            for item in pairs(set(part)) do
                if not whole[item] then problem(text .. ' ' .. item) end
            end
        end
        local domains, lists, batches = {}, {}, {}
        for _, key in ipairs(redis.call('KEYS', '*')) do
            local prefix, list, name = string.match(key, '^({.-}:tb:(.+):)(%a+)$')
            local batch
            if not prefix then
                -- What a claim took from a list lies in a key of its own.
                prefix, list, batch = string.match(key, '^({.-}:tb:(.+):)infl:([^:]+:w?%d+)$')
                name = 'infl'
            end
            -- In the place of a batch that a waiting worker has given up stands a text, for an hour.
            if batch and redis.call('TYPE', key).ok == 'string' then prefix = nil end
            if prefix then
                domains[prefix] = true
                lists[list] = true
                batches[prefix] = batches[prefix] or {}
                if batch then batches[prefix][batch] = key end
                -- I9; a beat that is forgotten costs a lease of waiting and no message, and a bound is declared anew.
                local mayExpire = name == 'beat' or name == 'bound'
                if not mayExpire and redis.call('PTTL', key) >= 0 then problem('I9 ' .. key) end
            elseif redis.call('TYPE', key).ok == 'list' then
                lists[key] = true
            end
        end
        for list in pairs(lists) do
            -- Answers to somebody who has gone, which Celery lets lie, are no work.
            local isWork = list ~= 'ledger' and not string.find(list, '%.reply%.celery%.pidbox$')
            if isWork and redis.call('TYPE', list).ok == 'list' then
                local raws = redis.call('LRANGE', list, 0, -1)
                waiting = waiting + #raws
                for _, raw in ipairs(raws) do place(raw, list) end
            end
        end
        for prefix in pairs(domains) do
            local function pairUp(hash, sorted, text)
                local fields, members = redis.call('HKEYS', prefix .. hash), redis.call('ZRANGE', prefix .. sorted, 0, -1)
                within(fields, set(members), text .. ' without ' .. sorted)
                within(members, set(fields), text .. ' without ' .. hash)
                for _, raw in ipairs(redis.call('HVALS', prefix .. hash)) do place(raw, prefix .. hash) end
                return #fields
            end
            -- A batch has a lease and a list of its messages; a NUL stands for each that has ended while others go on.
            local leases = redis.call('ZRANGE', prefix .. 'lease', 0, -1)
            within(leases, batches[prefix], 'I2 without messages')
            -- What has just come to a waiting worker has a time in another place.
            local isLeased = set(leases)
            for _, batch in ipairs(redis.call('ZRANGE', prefix .. 'wait', 0, -1)) do isLeased[batch] = true end
            for batch, key in pairs(batches[prefix]) do
                if not isLeased[batch] then problem('I2 without lease ' .. batch) end
                local left = 0
                for _, raw in ipairs(redis.call('LRANGE', key, 0, -1)) do
                    if raw ~= '\0' then
                        left = left + 1
                        place(raw, key)
                    end
                end
                if left == 0 then problem('I2 over: ' .. batch) end
                inFlight = inFlight + left
            end
            delayed = delayed + pairUp('etam', 'eta', 'delayed')
            dead = dead + pairUp('deadm', 'dead', 'dead')
            within(redis.call('HKEYS', prefix .. 'park'), set(redis.call('HKEYS', prefix .. 'etam')), 'parked')
        end
        return table.concat({waiting, inFlight, delayed, dead}, ' ') .. '\n' .. table.concat(problems, '\n')
        """#
}

extension Audit {
    /// The keys that would stay for ever when everybody has gone, but for those that Celery's workers leave, too.
    static func residue(of server: RedisServer) async throws -> [String] {
        let script = #"""
            local lasting = {}
            for _, key in ipairs(redis.call('KEYS', '*')) do
                local isCelerys = string.find(key, '^_kombu%.binding') or key == 'ledger'
                -- Whoever is killed while it waits leaves an entry, which the next worker of the queue clears away.
                local isOfTheKilled = string.find(key, ':wait$')
                if not isCelerys and not isOfTheKilled and redis.call('TTL', key) == -1 then lasting[#lasting + 1] = key end
            end
            return table.concat(lasting, '\n')
            """#
        return try await server.cli("EVAL", script, "0").split(separator: "\n").map(String.init)
    }
}
