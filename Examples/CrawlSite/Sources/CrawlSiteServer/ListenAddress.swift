import CrawlSite
package import FlyingSocks

/// The numeric address that the server listens on.
package struct ListenAddress: Sendable, Hashable {
    /// An IPv4 or IPv6 address, or `localhost`.
    package let host: String

    /// The port; 0 lets the system choose a free one.
    package let port: UInt16

    /// Creates an address without looking at it.
    package init(host: String, port: UInt16) {
        self.host = host
        self.port = port
    }
}

extension ListenAddress {
    /// Creates the address that a socket is bound to; nil when it is not an internet address.
    package init?(_ address: Socket.Address) {
        switch address {
        case .ip4(let host, let port), .ip6(let host, let port): self.init(host: host, port: port)
        case .unix: return nil
        }
    }

    /// The address for a socket; throws when the host is neither numeric nor `localhost`: nothing is looked up.
    func socketAddress() throws(CrawlSiteError) -> any SocketAddress {
        let numeric = self.host == "localhost" ? "127.0.0.1" : self.host
        do {
            if numeric.contains(":") {
                return try .inet6(ip6: numeric, port: self.port)
            } else {
                return try .inet(ip4: numeric, port: self.port)
            }
        } catch {
            throw CrawlSiteError(
                code: .invalidAddress,
                message: "the host must be an IP address or localhost, not '\(self.host)'",
                underlyingError: error
            )
        }
    }
}

extension ListenAddress: CustomStringConvertible {
    /// The address as the authority of a URL.
    package var description: String {
        self.host.contains(":") ? "[\(self.host)]:\(self.port)" : "\(self.host):\(self.port)"
    }
}
