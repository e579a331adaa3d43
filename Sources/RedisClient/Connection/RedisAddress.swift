/// Where a Redis server listens.
package enum RedisAddress: Hashable, Sendable {
    /// A host name or IP address (IPv6 without brackets) and a port.
    case tcp(host: String, port: Int)
    /// The path of a Unix domain socket.
    case unix(path: String)
}

extension RedisAddress: CustomStringConvertible {
    /// `host:port`, `[::1]:port`, or the path of the socket.
    package var description: String {
        switch self {
        case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        case .unix(let path): path
        }
    }
}
