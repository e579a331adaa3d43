/// Reads the text of a ``RedisURL``.
///
/// The rules are kombu's (`kombu.utils.url.parse_url`, `kombu.transport.redis`) and redis-py's where kombu passes a
/// parameter through, except that what they guess silently is an error here.
struct RedisURLParser {
    private static let example = "for example redis://:password@localhost:6379/0"

    private let scheme: String
    private let authority: Substring
    private let path: Substring
    let query: Substring

    init(_ text: String) throws(RedisError) {
        guard !text.contains(";") else {
            throw Self.error(
                "Several Redis servers separated by ';' are not supported yet: give one URL, \(Self.example). "
                    + "A ';' in a password is written %3B"
            )
        }
        guard let separator = text.firstRange(of: "://") else {
            throw Self.error("The Redis URL has no scheme: it starts with redis:// or rediss://, \(Self.example)")
        }
        self.scheme = text[..<separator.lowerBound].lowercased()
        let rest = text[separator.upperBound...]
        let hierarchy = rest.prefix { $0 != "?" && $0 != "#" }
        let tail = rest[hierarchy.endIndex...]
        self.authority = hierarchy.prefix { $0 != "/" }
        self.path = hierarchy[self.authority.endIndex...]
        self.query = tail.dropFirst()
        // A '/', '?' or '#' in a password ends the authority early, and an '@' is then found behind it.
        guard !tail.contains("#"), !tail.contains("@"), self.authority.isEmpty || !self.path.contains("@") else {
            throw Self.error(
                "The Redis URL has a character in its password that must be percent-encoded: "
                    + "/ is %2F, ? is %3F, # is %23, @ is %40; for example redis://:pass%2Fword@localhost:6379/0"
            )
        }
    }
}

extension RedisURLParser {
    func parse() throws(RedisError) -> RedisURL {
        let (login, location) = Self.split(self.authority, atLast: "@")
        var url: RedisURL
        switch self.scheme {
        case "redis", "rediss":
            url = RedisURL(address: try Self.address(location))
            url.tls = self.scheme == "rediss" ? RedisTLS() : nil
            url.database = try Self.database(self.path.drop { $0 == "/" })
        case "unix", "redis+socket":
            guard location.isEmpty, self.path.count > 1 else {
                throw Self.error("The Redis URL has no absolute socket path, for example unix:///run/redis.sock?db=0")
            }
            url = RedisURL(address: .unix(path: try Self.decoded(self.path, part: "socket path")))
        case "sentinel":
            throw Self.error("Redis Sentinel (sentinel://) is not supported yet: give the primary, \(Self.example)")
        default:
            throw Self.error(
                "The scheme of the Redis URL is unknown: it is redis, rediss, unix or redis+socket, \(Self.example)"
            )
        }
        if let login { try Self.readLogin(login, into: &url) }
        try self.readQuery(into: &url)
        return url
    }

    private static func readLogin(_ login: Substring, into url: inout RedisURL) throws(RedisError) {
        let (username, password) = Self.split(login, atFirst: ":")
        let decodedUsername = try Self.decoded(username, part: "user name")
        let decodedPassword = try Self.decoded(password ?? "", part: "password")
        url.username = decodedUsername.isEmpty ? nil : decodedUsername
        url.password = decodedPassword.isEmpty ? nil : decodedPassword
    }

    private static func address(_ location: Substring) throws(RedisError) -> RedisAddress {
        if location.hasPrefix("[") { return try Self.addressInBrackets(location) }
        let (host, port) = Self.split(location, atFirst: ":")
        guard port?.contains(":") != true else {
            throw Self.error("An IPv6 address in the Redis URL needs brackets, for example redis://[::1]:6379/0")
        }
        let name = try Self.decoded(host, part: "host")
        guard name.unicodeScalars.allSatisfy({ $0.isPartOfHostName }) else { throw Self.invalidHost }
        // kombu takes `redis://` and `redis://:6379` for the local server.
        return .tcp(host: name.isEmpty ? "localhost" : name, port: try Self.port(port))
    }

    private static func addressInBrackets(_ location: Substring) throws(RedisError) -> RedisAddress {
        guard let end = location.firstIndex(of: "]") else {
            throw Self.error("The IPv6 address in the Redis URL has no ']', for example redis://[::1]:6379/0")
        }
        let host = location[..<end].dropFirst()
        let (nothing, port) = Self.split(location[end...].dropFirst(), atFirst: ":")
        guard nothing.isEmpty, host.contains(":"), host.unicodeScalars.allSatisfy({ $0.isPartOfIPv6Address }) else {
            throw Self.invalidHost
        }
        return .tcp(host: String(host), port: try Self.port(port))
    }

    private static func port(_ text: Substring?) throws(RedisError) -> Int {
        guard let text, !text.isEmpty else { return 6379 }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(text), (1...65_535).contains(port) else {
            throw Self.error("The port in the Redis URL is not a number from 1 to 65535, \(Self.example)")
        }
        return port
    }

    static func database(_ text: Substring) throws(RedisError) -> Int {
        guard !text.isEmpty else { return 0 }
        guard text.allSatisfy({ $0.isASCII && $0.isNumber }), let number = Int32(text) else {
            throw Self.error("The database in the Redis URL is not a number: it is 0, 1, 2 …, \(Self.example)")
        }
        return Int(number)
    }

    private static var invalidHost: RedisError {
        Self.error("The host in the Redis URL is not a host name or an IP address, \(Self.example)")
    }
}

// MARK: - Text

extension RedisURLParser {
    static func error(_ message: String) -> RedisError {
        RedisError(.invalidURL, "\(message).")
    }

    private static func split(_ text: Substring, atLast separator: Character) -> (Substring?, Substring) {
        guard let index = text.lastIndex(of: separator) else { return (nil, text) }
        return (text[..<index], text[text.index(after: index)...])
    }

    private static func split(_ text: Substring, atFirst separator: Character) -> (Substring, Substring?) {
        guard let index = text.firstIndex(of: separator) else { return (text, nil) }
        return (text[..<index], text[text.index(after: index)...])
    }

    /// Replaces `%XX` by its byte.
    static func decoded(_ text: Substring, part: String) throws(RedisError) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return String(text) }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst()?.hexadecimalDigit, let low = rest.popFirst()?.hexadecimalDigit else {
                throw Self.error("The \(part) in the Redis URL has a '%' without two hex digits; % itself is %25")
            }
            bytes.append(high << 4 | low)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw Self.error("The \(part) in the Redis URL is not UTF-8 after percent-decoding")
        }
        return decoded
    }
}

extension UInt8 {
    fileprivate var hexadecimalDigit: UInt8? {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}

extension Unicode.Scalar {
    /// Letters of any script, digits and the punctuation of names; Docker Compose allows underscores.
    fileprivate var isPartOfHostName: Bool {
        switch self {
        case "0"..."9", ".", "-", "_": true
        default: self.properties.isAlphabetic
        }
    }

    /// Hexadecimal digits, colons, the dots of an embedded IPv4 address, and a zone such as `%eth0`.
    fileprivate var isPartOfIPv6Address: Bool {
        switch self {
        case "0"..."9", "a"..."z", "A"..."Z", ":", ".", "%": true
        default: false
        }
    }
}
