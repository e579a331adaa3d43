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

    package init(transport: String, host: String, port: Int, virtualHost: String, user: String? = nil, url: String) {
        self.transport = transport
        self.host = host
        self.port = port
        self.virtualHost = virtualHost
        self.user = user
        self.url = url
    }
}
