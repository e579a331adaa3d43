/// Where a broker is, as far as everybody may know: no password is part of it.
package struct BrokerAddress: Hashable, Sendable {
    /// The kind of broker in kombu's words: `redis`, `rediss`, `memory`.
    package var transport: String
    /// The name of the machine, or the path of the socket.
    package var host: String
    /// The port; 0 for a socket.
    package var port: Int
    /// The database.
    package var virtualHost: String
    /// The name of the user, if there is one that is not a secret itself.
    package var user: String?
    /// The whole as a URL, the password masked.
    package var url: String
    /// Where results are kept, as a URL with its password masked.
    package var resultsURL: String

    package init(
        transport: String,
        host: String,
        port: Int,
        virtualHost: String,
        user: String? = nil,
        url: String,
        resultsURL: String
    ) {
        self.transport = transport
        self.host = host
        self.port = port
        self.virtualHost = virtualHost
        self.user = user
        self.url = url
        self.resultsURL = resultsURL
    }
}

extension BrokerAddress {
    /// Whether only programs on this machine can reach it.
    package var isLoopback: Bool {
        switch self.transport {
        case "memory": true
        default:
            self.port == 0 || self.host.lowercased() == "localhost" || self.host == "::1"
                || Self.isLoopbackAddress(self.host)
        }
    }

    /// Whether a host is an address of the network 127.0.0.0/8 (RFC 1122 §3.2.1.3), and not a name like `127.example.com`.
    private static func isLoopbackAddress(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127"
            && parts.allSatisfy { part in
                part.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } && UInt8(part) != nil
            }
    }
}
