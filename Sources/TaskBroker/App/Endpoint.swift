/// Where a broker or a result backend is.
///
/// ```swift
/// .redis("redis://:password@localhost:6379/0")
/// .redis("rediss://user:password@redis.example.com:6380/1?ssl_ca_certs=/etc/ssl/redis.pem")
/// .redis("unix:///run/redis/redis.sock?db=2")
/// ```
///
/// Celery's URLs work unchanged. The text may hold a password: it is never printed.
public struct Endpoint: Sendable, Hashable {
    let url: String

    /// A Redis or Valkey server.
    public static func redis(_ url: String) -> Self {
        .init(url: url)
    }
}

extension Endpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says nothing of the URL, which may hold a password.
    public var description: String { "Endpoint(redis)" }
    /// Says nothing of the URL, which may hold a password.
    public var debugDescription: String { self.description }
    /// Shows nothing of the URL, which may hold a password.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
