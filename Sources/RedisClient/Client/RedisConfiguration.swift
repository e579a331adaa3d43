/// Everything a client needs to know to reach its server.
package struct RedisConfiguration: Sendable {
    /// Where the server is and how to log in.
    package var url: RedisURL
    /// The name that `CLIENT LIST` shows; a server that refuses it is used without.
    package var clientName: String?
    /// How long the connection, TLS and logging in may take together.
    package var connectTimeout: Duration
    /// How long a reply may take when the caller does not say.
    package var commandDeadline: Duration
    /// After this much silence a connection sends `PING`; replies and messages count as life.
    package var pingInterval: Duration
    /// How long a connection that is closed waits for replies that are due.
    package var closingGrace: Duration
    /// How long to wait between attempts to connect.
    package var backoff: RedisBackoff
    /// Agrees to `ssl_cert_reqs=none`, which leaves the server unverified.
    package var allowInsecureTLS: Bool
    /// What has been logged about the server; connections that share it do not repeat each other.
    package var outages: RedisOutageLog
    /// The most messages a subscription holds for a slow reader before it drops the oldest.
    package var subscriptionBufferCount: Int

    /// Creates a configuration with the defaults of the design's R11.
    package init(url: RedisURL, clientName: String? = nil) {
        self.url = url
        self.clientName = clientName
        self.connectTimeout = .seconds(5)
        self.commandDeadline = .seconds(5)
        self.pingInterval = .seconds(5)
        self.closingGrace = .milliseconds(500)
        self.backoff = RedisBackoff()
        self.allowInsecureTLS = false
        self.outages = RedisOutageLog()
        self.subscriptionBufferCount = 1024
    }
}
