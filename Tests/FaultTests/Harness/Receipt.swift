import TestSupport

/// A message that follows a task in the step that ends it: the record of an accepted end.
struct Receipt: Hashable, Sendable {
    /// The task that it follows.
    let name: String
    /// The process that made it: the supervisor, or one of its task hosts.
    let process: Int32
}

extension Receipt {
    /// All that lie in the list `ledger`, from which nobody takes.
    static func all(in server: RedisServer) async throws -> [Receipt] {
        let script = #"""
            local lines = {}
            for _, raw in ipairs(redis.call('LRANGE', 'ledger', ARGV[1], ARGV[2])) do
                local name = string.match(raw, '"parent_id": ?"([^"]+)"') or '?'
                lines[#lines + 1] = name .. ' ' .. (string.match(raw, '"origin": ?"gen(%d+)@') or '0')
            end
            return table.concat(lines, '\n')
            """#
        var receipts: [Receipt] = []
        while true {
            let range = ["\(receipts.count)", "\(receipts.count + 9_999)"]
            let page = try await server.cli("EVAL", script, "0", range[0], range[1]).split(separator: "\n")
            if page.isEmpty { return receipts }
            receipts += page.map { line in
                let words = line.split(separator: " ")
                return Receipt(name: String(words[0]), process: words.last.flatMap { Int32($0) } ?? 0)
            }
        }
    }
}
