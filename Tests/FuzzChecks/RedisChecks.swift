import RedisClient

extension FuzzCheck {
    /// Replies are the same however the bytes arrive, and written again they are read again.
    static let replies = FuzzCheck(
        "replies",
        examples: [
            "+OK\r\n:-7\r\n$3\r\na\r\n\r\n$-1\r\n*-1\r\n", "-ERR no\r\n*2\r\n*1\r\n:9223372036854775807\r\n$0\r\n\r\n",
            "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n$2\r\n{}\r\n", ":9223372036854775808\r\n", "$9223372036854775807\r\n",
            "$-2\r\n", "*4194304\r\n*4194304\r\n", "*0007\r\n",
            "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n",
        ]
    ) { bytes in
        let whole = Replies(in: bytes, piece: .max)
        // A piece size that depends on the input, and always the smallest.
        for piece in [1, 2 + Int(bytes.first ?? 0) % 61] {
            try BrokenRule.require(Replies(in: bytes, piece: piece) == whole, "pieces of \(piece) change the replies")
        }
        let again = Replies(in: whole.values.flatMap(\.fuzzWire), piece: .max)
        try BrokenRule.require(again == Replies(values: whole.values), "replies change when they are sent again")
        return !whole.values.isEmpty
    }

    /// No way of printing a URL depends on its password, nor on a user name that stands alone, and no error quotes the text.
    static let urls = FuzzCheck(
        "urls",
        examples: [
            "redis://user:\(secret)@localhost:6379/0", "rediss://:\(secret)@[::1]:6380/1?ssl_cert_reqs=none",
            "redis://\(secret)@host", "unix:///run/redis.sock?db=1&password=\(secret)", "redis://h?username=\(secret)",
            "redis+socket://u:%2F\(secret)%40@/run/a%20b?virtual_host=1", "sentinel://:\(secret)@a:1;sentinel://:b@c:2",
            "redis://u:\(secret)@host:65536/99999999999", "redis://u:\(secret)#@h", "\(secret)",
        ]
    ) { bytes in
        let url: RedisURL
        do throws(RedisError) {
            url = try RedisURL(String(decoding: bytes, as: UTF8.self))
        } catch {
            try BrokenRule.require(
                !Self.prints(of: error).contains { $0.contains(Self.secret) },
                "an error quotes the URL"
            )
            return false
        }
        var other = url
        other.password = url.password.map { _ in "another" }
        if url.password == nil { other.username = url.username.map { _ in "somebody" } }
        try BrokenRule.require(Self.prints(of: url) == Self.prints(of: other), "a printed URL depends on its password")
        return true
    }

    private static let secret = "s3cr3t-s3cr3t"

    private static func prints(of value: some Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        return ["\(value)", String(reflecting: value), dumped]
    }
}

/// What a reader makes of bytes.
private struct Replies: Equatable {
    var values: [RESPValue] = []
    var isRefused = false

    init(values: [RESPValue]) {
        self.values = values
    }

    init(in bytes: [UInt8], piece: Int) {
        let reader = RESPReader()
        let bytes = bytes.span
        var start = 0
        do throws(RESPError) {
            while start < bytes.count {
                let end = start + min(piece, bytes.count - start)
                try unsafe reader.feed(bytes.extracting(start..<end).bytes)
                start = end
                while let value = try reader.next() { self.values.append(value) }
            }
        } catch {
            self.isRefused = true
        }
    }
}

extension RESPValue {
    /// What a server writes for the value.
    fileprivate var fuzzWire: [UInt8] {
        switch self {
        case .null: Array("$-1\r\n".utf8)
        case .integer(let value): Array(":\(value)\r\n".utf8)
        case .status(let text): Array("+\(text)\r\n".utf8)
        case .error(let text): Array("-\(text)\r\n".utf8)
        case .bulkString(let bytes): Array("$\(bytes.count)\r\n".utf8) + bytes + [13, 10]
        case .array(let elements): Array("*\(elements.count)\r\n".utf8) + elements.flatMap(\.fuzzWire)
        }
    }
}
