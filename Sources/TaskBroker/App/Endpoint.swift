/// Where a broker or a result backend is.
///
/// ```swift
/// .redis("redis://:password@localhost:6379/0")
/// .redis("rediss://user:password@redis.example.com:6380/1?ssl_ca_certs=/etc/ssl/redis.pem")
/// .redis("unix:///run/redis/redis.sock?db=2")
/// ```
///
/// Celery's URLs work unchanged. The text may hold a password: it is never printed.
public struct Endpoint: Sendable {
    enum Place: Sendable {
        case redis(url: String)
        case connected(any Broker, any ResultBackend, any InspectionStore)
    }

    let place: Place

    /// A Redis or Valkey server.
    public static func redis(_ url: String) -> Self {
        .init(place: .redis(url: url))
    }

    /// What somebody else has connected: in a task host, the way up to the supervisor.
    package static func connected(
        _ broker: any Broker,
        _ backend: any ResultBackend,
        _ inspection: any InspectionStore
    ) -> Self {
        .init(place: .connected(broker, backend, inspection))
    }
}

extension Endpoint {
    /// The URL, if there is one.
    var url: String? {
        if case .redis(let url) = self.place { url } else { nil }
    }
}

extension Endpoint: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says nothing of the URL, which may hold a password.
    public var description: String { self.url == nil ? "Endpoint(connected)" : "Endpoint(redis)" }
    /// Says nothing of the URL, which may hold a password.
    public var debugDescription: String { self.description }
    /// Shows nothing of the URL, which may hold a password.
    public var customMirror: Mirror { Mirror(self, children: [:]) }
}
