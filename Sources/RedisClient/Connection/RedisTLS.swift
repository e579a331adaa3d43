/// How a connection is encrypted, and how the server proves who it is.
package struct RedisTLS: Hashable, Sendable {
    /// What is checked of the server's certificate.
    package enum Verification: Hashable, Sendable {
        /// The chain up to a trusted authority, the host name and the dates.
        case full
        /// Nothing: anybody on the way can read and change the traffic. ``RedisConfiguration/allowInsecureTLS`` must agree.
        case none
    }

    /// What is checked of the server's certificate.
    package var verification: Verification
    /// A PEM file of the authorities to trust in place of the system's.
    package var authoritiesPath: String?
    /// A PEM file with our certificate chain, for servers that ask for one.
    package var certificatePath: String?
    /// A PEM file with the private key of that certificate.
    package var privateKeyPath: String?
    /// The name to verify when it is not the host of the URL.
    package var serverName: String?

    /// Creates a setting; without arguments it verifies everything against the system's authorities.
    package init(
        verification: Verification = .full,
        authoritiesPath: String? = nil,
        certificatePath: String? = nil,
        privateKeyPath: String? = nil,
        serverName: String? = nil
    ) {
        self.verification = verification
        self.authoritiesPath = authoritiesPath
        self.certificatePath = certificatePath
        self.privateKeyPath = privateKeyPath
        self.serverName = serverName
    }
}
