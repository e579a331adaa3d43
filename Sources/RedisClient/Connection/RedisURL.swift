/// Where Redis is and how to log in, as Celery writes it.
///
/// ```
/// redis://[user][:password]@host[:port][/database]
/// rediss://…?ssl_cert_reqs=required&ssl_ca_certs=/etc/ssl/redis.pem
/// unix:///run/redis.sock?db=1        redis+socket:///run/redis.sock?virtual_host=1
/// ```
///
/// No way of printing a URL shows its password: not interpolation, not `dump`, not a failed `#expect`.
package struct RedisURL: Hashable, Sendable {
    /// Where the server listens.
    package var address: RedisAddress
    /// How the connection is encrypted; `nil` for plain text.
    package var tls: RedisTLS?
    /// The ACL user; `nil` for `default`.
    package var username: String?
    /// The password; `nil` when the server asks for none.
    package var password: String?
    /// The number of the database that `SELECT` chooses.
    package var database: Int
    /// Query parameters that say nothing to us, such as redis-py's `socket_timeout`.
    package var ignoredParameters: [String]

    /// Creates a URL from its parts.
    package init(
        address: RedisAddress,
        tls: RedisTLS? = nil,
        username: String? = nil,
        password: String? = nil,
        database: Int = 0
    ) {
        self.address = address
        self.tls = tls
        self.username = username
        self.password = password
        self.database = database
        self.ignoredParameters = []
    }

    /// Parses a URL.
    ///
    /// - Throws: ``RedisError`` with ``RedisError/Code/invalidURL``. It names the part that is wrong and shows a right one,
    ///   but quotes nothing: a password that was not percent-encoded can end up in any part.
    package init(_ text: String) throws(RedisError) {
        self = try RedisURLParser(text).parse()
    }
}

extension RedisURL {
    /// Whether both name the same server and encryption, whatever the user and the database.
    ///
    /// Only the spelling is compared: `localhost` and `127.0.0.1` count as two.
    package func isSameServer(as other: RedisURL) -> Bool {
        guard (self.tls == nil) == (other.tls == nil) else { return false }
        switch (self.address, other.address) {
        case (.tcp(let host, let port), .tcp(let otherHost, let otherPort)):
            return port == otherPort && host.lowercased() == otherHost.lowercased()
        case (.unix(let path), .unix(let otherPath)):
            return path == otherPath
        case (.tcp, .unix), (.unix, .tcp):
            return false
        }
    }
}

// MARK: - Printing

extension RedisURL: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The URL with `***` in place of the password.
    ///
    /// A user name without a password is hidden too: it often is one.
    package var description: String {
        let login =
            switch (self.username, self.password) {
            case (nil, nil): ""
            case (let username?, .some): "\(username):***@"
            case (nil, .some): ":***@"
            case (.some, nil): "***@"
            }
        let query = self.tls?.verification == RedisTLS.Verification.none ? "?ssl_cert_reqs=none" : ""
        return switch self.address {
        case .tcp: "\(self.tls == nil ? "redis" : "rediss")://\(login)\(self.address)/\(self.database)\(query)"
        case .unix(let path): "unix://\(login)\(path)?db=\(self.database)"
        }
    }

    /// The same as ``description``.
    package var debugDescription: String { self.description }

    /// Shows the redacted URL only.
    package var customMirror: Mirror { Mirror(self, children: ["url": self.description]) }
}
