/// A Lua script that runs inside Redis.
package struct RedisScript: Hashable, Sendable {
    /// What logs and errors call it.
    package let name: String
    /// Its source.
    package let text: String
    /// The SHA-1 of the source in hexadecimal, by which Redis knows it.
    package let sha1: String

    /// Creates a script and computes its digest: a few microseconds, so keep scripts in static constants.
    package init(name: String, text: String) {
        self.name = name
        self.text = text
        self.sha1 = SHA1.hexadecimalDigest(of: Array(text.utf8))
    }
}

extension RedisScript {
    /// `EVALSHA`, for pipelines; a server that does not know the script answers `NOSCRIPT`.
    package func command(keys: RESPArguments, arguments: RESPArguments = []) -> RESPCommand {
        self.command("EVALSHA", self.sha1, keys, arguments)
    }

    /// `EVALSHA` with keys that are texts.
    package func command(keys: [String], arguments: RESPArguments = []) -> RESPCommand {
        self.command(keys: RESPArguments(keys), arguments: arguments)
    }

    /// `EVAL`, which also makes the script known to the server.
    package func commandWithText(keys: RESPArguments, arguments: RESPArguments = []) -> RESPCommand {
        self.command("EVAL", self.text, keys, arguments)
    }

    private func command(
        _ name: String,
        _ script: String,
        _ keys: RESPArguments,
        _ arguments: RESPArguments
    ) -> RESPCommand {
        var words = RESPArguments()
        let byteCount = name.utf8.count + script.utf8.count + 8 + keys.byteCount
        words.reserveCapacity(3 + keys.count + arguments.count, byteCount: byteCount + arguments.byteCount)
        words.append(name)
        words.append(script)
        words.append(keys.count)
        words.append(contentsOf: keys)
        words.append(contentsOf: arguments)
        return RESPCommand(words)
    }
}
