/// The Lua that finds keys that hold something else than they should.
///
/// Redis does not roll back. So a script looks at every key that could fail it before it writes anything.
enum ObstacleLua {
    /// `obstacle(command, key, …)`: the first key that its reading command cannot read because of its type; `nil` if there is none.
    ///
    /// Whatever else is wrong, such as missing rights, ends the script.
    static let find = """
        local function obstacle(...)
            local pairs = {...}
            for i = 1, #pairs, 2 do
                local found = redis.pcall(pairs[i], pairs[i + 1])
                if type(found) == 'table' and found.err then
                    if string.find(found.err, 'WRONGTYPE', 1, true) then return pairs[i + 1] end
                    redis.call(pairs[i], pairs[i + 1])
                end
            end
        end

        """
}
